package io.tracetide.runtime.kafka.feedback;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Feedback;
import io.tracetide.schemas.Verdict;
import java.time.Instant;

/**
 * A judgement on an anomaly, in its newest version.
 *
 * @param tenant tenant of the anomaly
 * @param id its id
 * @param givenAt when it was given
 * @param feedback what was said; it has an anomaly
 */
public record Judgement(String tenant, String id, Instant givenAt, Feedback feedback) {

  /** State of a judgement. */
  public enum State {
    /** It holds for its fingerprint. */
    ACTIVE,
    /** A newer one of the same fingerprint holds. */
    SUPERSEDED,
    /** The time in which the deviation was expected is over. */
    EXPIRED,
    /** It was withdrawn. */
    REVOKED
  }

  public Verdict verdict() {
    return feedback.getVerdict();
  }

  /** The anomaly as it was when it was judged. */
  public Anomaly anomaly() {
    Anomaly anomaly = feedback.getAnomaly();
    if (anomaly == null) {
      throw new IllegalStateException("a judgement has an anomaly");
    }
    return anomaly;
  }

  public String fingerprint() {
    return anomaly().getFingerprint();
  }

  public boolean isRevoked() {
    return feedback.getRevokedAt() != null;
  }

  /** Whether the time in which the deviation was expected is over. */
  public boolean isExpired(Instant now) {
    Instant until = feedback.getExpectedUntil();
    return until != null && !until.isAfter(now);
  }

  /** Whether it was neither withdrawn nor has expired. */
  public boolean holds(Instant now) {
    return !isRevoked() && !isExpired(now);
  }
}
