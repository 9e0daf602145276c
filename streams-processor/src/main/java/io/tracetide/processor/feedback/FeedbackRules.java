package io.tracetide.processor.feedback;

import io.tracetide.runtime.kafka.feedback.FeedbackBook;
import io.tracetide.runtime.kafka.feedback.Judgement;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which anomalies are not published because of feedback.
 *
 * <ul>
 *   <li>An expected deviation is not published until the given time.
 *   <li>An anomaly that was no fault is not published any more; nor are later ones of the same
 *       fingerprint, unless one is at its peak more than {@value #MARGIN} times as large. A rule is
 *       exact, so of the anomalies of a rule only the one that was judged is concerned.
 * </ul>
 */
public final class FeedbackRules {

  /** Factor by which an anomaly must exceed the one that was no fault. */
  static final double MARGIN = 1.1;

  private static final Duration COUNTED = Duration.ofDays(90);

  private final FeedbackBook book;

  public FeedbackRules(FeedbackBook book) {
    this.book = book;
  }

  /** Number of changes of the feedback so far. */
  public long version() {
    book.awaitLoaded();
    return book.version();
  }

  /**
   * The judgement because of which an anomaly is not published.
   *
   * @param now the wall clock
   */
  public Optional<Judgement> suppressing(Anomaly anomaly, Instant now) {
    book.awaitLoaded();
    return book.holding(anomaly.getTenantId(), anomaly.getFingerprint(), now)
        .filter(judgement -> suppresses(judgement, anomaly));
  }

  private static boolean suppresses(Judgement judgement, Anomaly anomaly) {
    if (judgement.verdict() == Verdict.EXPECTED) {
      return true;
    }
    if (judgement.verdict() != Verdict.FALSE_POSITIVE) {
      return false;
    }
    Anomaly judged = judgement.anomaly();
    if (judged.getAnomalyId().equals(anomaly.getAnomalyId())) {
      return true;
    }
    return anomaly.getDetector() == Detector.ISOLATION_FOREST
        && Extent.of(anomaly) <= MARGIN * Extent.of(judged);
  }

  /**
   * Judgements of the last 90 days on anomalies of learned detection.
   *
   * @param faults number of those that were faults
   * @param harmless number of those that were not
   */
  public record Counts(int faults, int harmless) {}

  /** The judgements on a kind of anomalies of a tenant. */
  public Counts counts(String tenant, AnomalyKind kind, Instant now) {
    int faults = 0;
    int harmless = 0;
    for (Judgement judgement : book.of(tenant)) {
      Anomaly anomaly = judgement.anomaly();
      if (judgement.isRevoked()
          || anomaly.getDetector() != Detector.ISOLATION_FOREST
          || anomaly.getKind() != kind
          || judgement.givenAt().isBefore(now.minus(COUNTED))) {
        continue;
      }
      faults += judgement.verdict() == Verdict.TRUE_POSITIVE ? 1 : 0;
      harmless += judgement.verdict() == Verdict.FALSE_POSITIVE ? 1 : 0;
    }
    return new Counts(faults, harmless);
  }
}
