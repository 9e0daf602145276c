package io.tracetide.processor.feedback;

import static io.tracetide.processor.feedback.Judged.anomaly;
import static io.tracetide.processor.feedback.Judged.judge;
import static io.tracetide.processor.feedback.Judged.revoke;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.kafka.feedback.FeedbackBook;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeedbackRulesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final FeedbackBook book = new FeedbackBook();
  private final FeedbackRules rules = new FeedbackRules(book);

  @Test
  void shouldApplyTheNewestVerdictThatHolds() {
    Anomaly first = anomaly("fp", 1, 300).build();
    book.read(judge("1", NOW, first, Verdict.FALSE_POSITIVE, null));
    assertThat(suppresses(first)).isTrue();

    book.read(judge("2", NOW.plusSeconds(1), first, Verdict.TRUE_POSITIVE, null));
    assertThat(suppresses(first)).isFalse();

    book.read(revoke("2", NOW.plusSeconds(1), first, Verdict.TRUE_POSITIVE));
    assertThat(suppresses(first)).isTrue();
  }

  @Test
  void shouldCompareTheErrorRateAndThroughputOfAnomalies() {
    Anomaly failing = withPeak(AnomalyKind.ERROR_RATE, "error_rate_percent", 20, 2);
    book.read(judge("1", NOW, failing, Verdict.FALSE_POSITIVE, null));
    assertThat(suppresses(later(withPeak(AnomalyKind.ERROR_RATE, "error_rate_percent", 21, 2))))
        .isTrue();
    assertThat(suppresses(later(withPeak(AnomalyKind.ERROR_RATE, "error_rate_percent", 22, 2))))
        .isFalse();

    Anomaly missing = withPeak(AnomalyKind.THROUGHPUT, "throughput_per_sec", 50, 100);
    book.read(judge("2", NOW.plusSeconds(1), missing, Verdict.FALSE_POSITIVE, null));
    assertThat(suppresses(later(withPeak(AnomalyKind.THROUGHPUT, "throughput_per_sec", 46, 100))))
        .isTrue();
    assertThat(suppresses(later(withPeak(AnomalyKind.THROUGHPUT, "throughput_per_sec", 44, 100))))
        .isFalse();
  }

  @Test
  void shouldSuppressOfARuleOnlyTheAnomalyThatWasJudged() {
    Anomaly breach = anomaly("fp", 1, 300).setDetector(Detector.THRESHOLD).build();
    book.read(judge("1", NOW, breach, Verdict.FALSE_POSITIVE, null));

    assertThat(suppresses(breach)).isTrue();
    assertThat(suppresses(anomaly("fp", 2, 200).setDetector(Detector.THRESHOLD).build())).isFalse();
  }

  @Test
  void shouldSuppressWhatIsExpectedUntilItsTime() {
    Anomaly breach = anomaly("fp", 1, 300).setDetector(Detector.THRESHOLD).build();
    book.read(judge("1", NOW, breach, Verdict.EXPECTED, NOW.plusSeconds(60)));

    Anomaly later = anomaly("fp", 2, 3_000).setDetector(Detector.THRESHOLD).build();
    assertThat(rules.suppressing(later, NOW.plusSeconds(59))).isPresent();
    assertThat(rules.suppressing(later, NOW.plusSeconds(60))).isEmpty();
    assertThat(rules.suppressing(anomaly("other", 1, 300).build(), NOW)).isEmpty();
  }

  @Test
  void shouldCountWhatPeopleSaidOfAKind() {
    book.read(judge("1", NOW, anomaly("a", 1, 300).build(), Verdict.TRUE_POSITIVE, null));
    book.read(judge("2", NOW, anomaly("b", 1, 300).build(), Verdict.FALSE_POSITIVE, null));
    book.read(judge("3", NOW, anomaly("c", 1, 300).build(), Verdict.FALSE_POSITIVE, null));
    book.read(revoke("3", NOW, anomaly("c", 1, 300).build(), Verdict.FALSE_POSITIVE));

    assertThat(rules.counts("default", AnomalyKind.LATENCY, NOW))
        .isEqualTo(new FeedbackRules.Counts(1, 1));
    assertThat(rules.counts("default", AnomalyKind.THROUGHPUT, NOW))
        .isEqualTo(new FeedbackRules.Counts(0, 0));
    assertThat(rules.counts("default", AnomalyKind.LATENCY, NOW.plus(Duration.ofDays(91))))
        .isEqualTo(new FeedbackRules.Counts(0, 0));
  }

  private boolean suppresses(Anomaly anomaly) {
    return rules.suppressing(anomaly, NOW).isPresent();
  }

  private static Anomaly withPeak(AnomalyKind kind, String feature, double seen, double usual) {
    return anomaly("fp", 1, 300)
        .setKind(kind)
        .setPeak(null)
        .setObserved(Map.of(feature, seen))
        .setExpected(Map.of(feature, usual))
        .build();
  }

  private static Anomaly later(Anomaly anomaly) {
    return Anomaly.newBuilder(anomaly).setAnomalyId("fp-2").build();
  }
}
