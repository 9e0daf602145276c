package io.tracetide.benchmarks.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.benchmarks.anomaly.AnomalyHistory.Difference;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnomalyHistoryTest {
  private static final Instant END = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void shouldFindNoDifferenceBetweenEqualRunsInAnotherOrder() {
    AnomalyHistory one = new AnomalyHistory(END, 0);
    add(one, "a", 0, AnomalyState.OPEN, "x");
    add(one, "b", 0, AnomalyState.OPEN, "y");
    add(one, "a", 1, AnomalyState.RESOLVED, "z");
    AnomalyHistory other = new AnomalyHistory(END, 0);
    add(other, "b", 0, AnomalyState.OPEN, "y");
    add(other, "a", 0, AnomalyState.OPEN, "x");
    add(other, "a", 1, AnomalyState.RESOLVED, "z");

    assertThat(one.from(other)).isEqualTo(new Difference(0, 0, 0, 0, 0));
    assertThat(one.from(other).isNone()).isTrue();
    assertThat(one.digest()).isEqualTo(other.digest()).hasSize(64);
    assertThat(one.differing(other)).isEmpty();
  }

  @Test
  void shouldCountWhatIsLostAdditionalDoubledReopenedAndDifferent() {
    AnomalyHistory expected = new AnomalyHistory(END, 0);
    add(expected, "lost", 0, AnomalyState.OPEN, "x");
    add(expected, "different", 0, AnomalyState.OPEN, "x");
    add(expected, "reopened", 0, AnomalyState.RESOLVED, "x");
    add(expected, "doubled", 0, AnomalyState.OPEN, "x");
    AnomalyHistory run = new AnomalyHistory(END, 0);
    add(run, "additional", 0, AnomalyState.OPEN, "x");
    add(run, "different", 0, AnomalyState.OPEN, "y");
    add(run, "reopened", 0, AnomalyState.RESOLVED, "x");
    add(run, "reopened", 1, AnomalyState.OPEN, "x");
    add(run, "doubled", 0, AnomalyState.OPEN, "x");
    add(run, "doubled", 0, AnomalyState.OPEN, "x");

    // What is doubled or reopened differs in its bytes as well.
    assertThat(run.from(expected)).isEqualTo(new Difference(1, 1, 1, 1, 3));
    assertThat(run.from(expected).isNone()).isFalse();
    assertThat(run.differing(expected))
        .containsExactly("additional", "different", "doubled", "lost", "reopened");
    assertThat(run.digest()).isNotEqualTo(expected.digest());
  }

  @Test
  void shouldLeaveOutRecordsAfterTheLoad() {
    AnomalyHistory run = new AnomalyHistory(END.minusSeconds(1), 0);
    add(run, "late", 0, AnomalyState.OPEN, "x");

    assertThat(run.anomalies()).isZero();
    assertThat(run.records()).isZero();
  }

  private static void add(
      AnomalyHistory run, String id, int revision, AnomalyState state, String bytes) {
    run.add(
        Anomaly.newBuilder()
            .setAnomalyId(id)
            .setFingerprint(id)
            .setServiceName("shop")
            .setDetector(Detector.ISOLATION_FOREST)
            .setKind(AnomalyKind.LATENCY)
            .setSeverity(Severity.LOW)
            .setConfidence(1)
            .setState(state)
            .setRevision(revision)
            .setOpenedAt(END)
            .setUpdatedAt(END)
            .setWindowStart(END.minusSeconds(10))
            .setWindowEnd(END)
            .setSummary("")
            .setExemplars(Exemplars.newBuilder().build())
            .build(),
        bytes.getBytes(UTF_8));
  }

  @Test
  void shouldInjectOneFaultAtATimeAndRepeatEverySpan() {
    FaultyLoad load = AnomalyRuns.load(3, 5, END);

    assertThat(load.end()).isBefore(END);
    assertThat(load.faults()).isEqualTo(3);
    assertThat(spans(load, 300)).isEqualTo(spans(load, 300));
    Map<String, Integer> usual = counts(spans(load, 100));
    assertThat(usual).hasSize(24);
    assertThat(usual.values()).allMatch(count -> count >= 12 && count <= 16);
    // The first fault is slower spans, the second fewer, the third failing ones.
    int fault = FaultyLoad.WARM_UP;
    assertThat(mean(spans(load, fault), "service-0 operation-0"))
        .isGreaterThan(2.5 * mean(spans(load, 100), "service-0 operation-0"));
    assertThat(counts(spans(load, fault + 12)).getOrDefault("service-0 operation-1", 0))
        .isLessThan(2);
    assertThat(failed(spans(load, fault + 24))).contains("service-1 operation-0");
    Set<String> ids = new HashSet<>();
    for (int window = 0; window < load.windows(); window++) {
      spans(load, window).forEach(span -> assertThat(ids.add(span.traceId())).isTrue());
    }
  }

  private static List<FaultyLoad.Span> spans(FaultyLoad load, int window) {
    List<FaultyLoad.Span> spans = new ArrayList<>();
    load.forEachSpan(window, spans::add);
    return spans;
  }

  private static Map<String, Integer> counts(List<FaultyLoad.Span> spans) {
    Map<String, Integer> counts = new HashMap<>();
    spans.forEach(span -> counts.merge(name(span), 1, Integer::sum));
    return counts;
  }

  private static String name(FaultyLoad.Span span) {
    return span.service() + " " + span.operation();
  }

  private static double mean(List<FaultyLoad.Span> spans, String series) {
    return spans.stream()
        .filter(span -> name(span).equals(series))
        .mapToLong(FaultyLoad.Span::durationMicros)
        .average()
        .orElse(0);
  }

  private static Set<String> failed(List<FaultyLoad.Span> spans) {
    Set<String> failed = new HashSet<>();
    spans.stream().filter(FaultyLoad.Span::failed).forEach(span -> failed.add(name(span)));
    return failed;
  }
}
