package io.tracetide.processor.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.anomaly.stored.BreachEpisodeCodec;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class BreachTrackerTest {

  private static final long T0 = 1_700_000_000_000L;

  private final MemoryStorage storage = new MemoryStorage();
  private final List<BreachReport> reports = new ArrayList<>();
  private long nowMs = T0;
  private BreachTracker tracker = new BreachTracker(storage, reports::add, nowMs);

  @Test
  void shouldOpenUpdateAndResolveOneEpisodeOfManyTraces() {
    begin("t1", 90);
    begin("t2", 500);
    end("t1");
    end("t2");
    pass(6);

    assertThat(reports)
        .extracting(report -> report.change().getClass().getSimpleName())
        .containsExactly("Opened", "Updated", "Resolved");
    assertThat(reports.get(1).traceIds()).containsExactly("t2", "t1");
    assertThat(reports.get(1).exemplars().getSlowest()).isEqualTo("t2");
    assertThat(reports.get(1).observed()).containsEntry("traces_in_breach", 2.0);
    assertThat(reports.get(2).observed()).containsOnlyKeys("traces_in_breach");
    assertThat(reports.get(2).summary()).contains("at most 2 traces at the same time");
    assertThat(storage.episodes).isEmpty();
    assertThat(storage.traces).isEmpty();
  }

  @Test
  void shouldResolveOnlyAfterTheCalmTime() {
    begin("t1", 90);
    end("t1");
    pass(4);
    begin("t2", 90);
    end("t2");
    pass(4);

    assertThat(reports).noneMatch(report -> report.change() instanceof Change.Resolved);
    pass(1);
    assertThat(reports).last().extracting(BreachReport::change).isInstanceOf(Change.Resolved.class);
  }

  @Test
  void shouldReportLaterRevisionsOncePerSecond() {
    for (int i = 0; i < 100; i++) {
      begin("t" + i, 90);
    }
    assertThat(reports).hasSize(6); // The opening and five revisions.

    pass(1);

    assertThat(reports).hasSize(7);
    assertThat(reports.get(6).observed()).containsEntry("traces_in_breach", 100.0);
    assertThat(reports.get(6).traceIds()).hasSize(BreachTracker.MAX_TRACE_IDS);
  }

  @Test
  void shouldIgnoreAFindingThatIsDeliveredTwice() {
    begin("t1", 90);
    begin("t1", 90);
    end("t1");
    end("t1");
    end("unknown");

    assertThat(reports).hasSize(1);
    assertThat(storage.traces).isEmpty();
  }

  @Test
  void shouldReportATraceAgainWhenItsSeverityRises() {
    begin("t1", 90);
    tracker.observe(finding("t1", Severity.CRITICAL, 90, true), nowMs);

    assertThat(reports).hasSize(2);
    assertThat(reports.get(1).change().episode().severity()).isEqualTo(Severity.CRITICAL);
  }

  @Test
  void shouldOnlyCountTracesBeyondTheLimit() {
    int traces = BreachTracker.MAX_SAVED_TRACES + 3;
    for (int i = 0; i < traces; i++) {
      begin("t" + i, 90);
    }
    assertThat(storage.traces).hasSize(BreachTracker.MAX_SAVED_TRACES);
    assertThat(storage.beyond.values()).containsExactly(3L);

    restart();
    for (int i = 0; i < traces; i++) {
      end("t" + i);
    }
    pass(6);

    assertThat(reports).last().extracting(BreachReport::change).isInstanceOf(Change.Resolved.class);
  }

  @Test
  void shouldContinueTheEpisodeAfterARestart() {
    begin("t1", 90);
    restart();
    begin("t2", 80);
    restart();
    end("t1");
    end("t2");
    restart();
    pass(6);

    assertThat(reports)
        .extracting(report -> report.change().episode().revision())
        .containsExactly(0, 1, 2);
    assertThat(reports.get(1).traceIds()).containsExactly("t2", "t1");
    assertThat(reports.get(1).exemplars().getSlowest()).isEqualTo("t1");
  }

  private void begin(String traceId, double latency) {
    tracker.observe(finding(traceId, Severity.HIGH, latency, true), nowMs);
  }

  private void end(String traceId) {
    tracker.observe(finding(traceId, Severity.HIGH, 90, false), nowMs);
  }

  private TraceFinding finding(String traceId, Severity severity, double latency, boolean open) {
    Breach breach =
        new Breach(
            Detector.CONTRACT,
            AnomalyKind.LATENCY,
            "order.maxLatencyMs",
            severity,
            Map.of("latency_ms", latency),
            Map.of("latency_ms", 60.0),
            "slow");
    return new TraceFinding("acme", "agents", "handle", traceId, breach, open, ++nowMs);
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      nowMs += 1_000;
      tracker.tick(nowMs);
    }
  }

  private void restart() {
    tracker = new BreachTracker(storage, reports::add, nowMs);
  }

  private static final class MemoryStorage implements BreachStorage {
    private record TraceOf(BreachSubject subject, String traceId) {}

    private final Map<BreachSubject, byte[]> episodes = new LinkedHashMap<>();
    private final Map<TraceOf, Long> traces = new LinkedHashMap<>();
    private final Map<BreachSubject, Long> beyond = new LinkedHashMap<>();

    @Override
    public void put(BreachSubject subject, BreachEpisode episode) {
      episodes.put(subject, BreachEpisodeCodec.encode(episode));
    }

    @Override
    public void delete(BreachSubject subject) {
      episodes.remove(subject);
      beyond.remove(subject);
    }

    @Override
    public boolean has(BreachSubject subject, String traceId) {
      return traces.containsKey(new TraceOf(subject, traceId));
    }

    @Override
    public void put(BreachSubject subject, String traceId, long atMs) {
      traces.put(new TraceOf(subject, traceId), atMs);
    }

    @Override
    public void delete(BreachSubject subject, String traceId) {
      traces.remove(new TraceOf(subject, traceId));
    }

    @Override
    public void putBeyond(BreachSubject subject, long count) {
      beyond.put(subject, count);
    }

    @Override
    public void eachEpisode(BiConsumer<BreachSubject, BreachEpisode> reader) {
      episodes.forEach(
          (subject, bytes) -> reader.accept(subject, BreachEpisodeCodec.decode(bytes)));
    }

    @Override
    public void eachTrace(BiConsumer<BreachSubject, BreachEpisode.Offender> reader) {
      traces.forEach(
          (trace, atMs) ->
              reader.accept(trace.subject, new BreachEpisode.Offender(trace.traceId, atMs)));
    }

    @Override
    public void eachBeyond(BiConsumer<BreachSubject, Long> reader) {
      beyond.forEach(reader);
    }
  }
}
