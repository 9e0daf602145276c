package io.tracetide.client;

import java.time.Duration;

/**
 * Which work is published.
 *
 * @param probability share of the traces, greater than 0 and at most 1
 * @param followCallers whether a caller's decision about its trace holds here, too
 * @param slowerThan work that takes at least so long is published whatever the probability; {@link
 *     #NEVER} for none
 */
public record Sampling(double probability, boolean followCallers, Duration slowerThan) {

  /** Longer than any work takes. */
  public static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

  /** One event never stands for more than this many: the processor takes no greater weight. */
  static final double LEAST = 1e-9;

  public Sampling {
    if (!(probability >= LEAST && probability <= 1)) {
      throw new IllegalArgumentException(
          "probability is " + probability + ", expected " + LEAST + " to 1");
    }
    if (slowerThan.isNegative()) {
      throw new IllegalArgumentException(
          "slowerThan is " + slowerThan + ", expected at least 0");
    }
  }

  /** All work. */
  public static Sampling all() {
    return new Sampling(1, true, NEVER);
  }
}
