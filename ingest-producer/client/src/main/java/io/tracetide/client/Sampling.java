package io.tracetide.client;

import java.time.Duration;

/**
 * Which work is published, and for how much each piece of it stands.
 *
 * <p><b>By trace.</b> A trace is sampled when the last 56 bits of its id are at least a threshold,
 * {@code (1 - probability) * 2^56}. The id is the same in every service, and so is the decision: of
 * a trace, all of the services with one probability publish their part, or none does; where
 * probabilities differ, a trace that the stricter service publishes is published by all. The
 * threshold travels in {@code tracestate} as {@code ot=th:...}, so that a service that follows its
 * callers decides as the first one did, with that one's weight. A sampled caller that says no
 * threshold is taken to have let everything through.
 *
 * <p><b>Failed and slow work is always published</b>: what ended FAILED or CANCELLED, or took
 * {@code slowerThan}. That would bias counts, had it the weight of what was drawn by lot. So the
 * work of a service is two strata, and how a piece of it <i>ended</i> says to which one it belongs:
 *
 * <ul>
 *   <li>failed or slow: published with certainty, stands for itself, {@code samplingWeight = 1},
 *       also when its trace is sampled;
 *   <li>ordinary: published with probability p by its trace's id, {@code samplingWeight = 1/p}.
 * </ul>
 *
 * <p>Every piece has weight times probability of publication equal to 1, so sums of weights are
 * right in expectation, in each stratum and in all (D. Horvitz and D. Thompson, "A Generalization
 * of Sampling Without Replacement From a Finite Universe", 1952). It is the event at the end that
 * is counted, and only its weight that matters for counts; the events before it are published for
 * sampled traces only, with 1/p, since nobody knows yet how the work will end. They are not sent
 * afterwards for work that turned out to have failed: the measures that they carry would count
 * again in the share of the traces that had been sampled. What happened inside such work is in the
 * event at its end.
 *
 * <p>Of work that is not sampled the processor hears at its end, if at all: it cannot be seen in
 * flight, and cannot be found stuck. In-flight figures are those of sampled traces.
 *
 * @param probability share of the traces, greater than 0 and at most 1
 * @param followCallers whether a caller's decision about its trace holds here, too. Weights are
 *     right where callers sample by trace id and say their threshold, as this library and
 *     OpenTelemetry do; where they choose in another way, false makes the own decision alone count
 * @param slowerThan work that takes at least so long is published whatever the probability; {@link
 *     #NEVER} for none
 */
public record Sampling(double probability, boolean followCallers, Duration slowerThan) {

  /** Longer than any work takes. */
  public static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

  /** One event never stands for more: the processor takes no weight above 1e9. */
  static final double LEAST = 1e-8;

  public Sampling {
    if (!(probability >= LEAST && probability <= 1)) {
      throw new IllegalArgumentException(
          "probability is " + probability + ", expected " + LEAST + " to 1");
    }
    if (slowerThan.isNegative()) {
      throw new IllegalArgumentException("slowerThan is " + slowerThan + ", expected at least 0");
    }
    slowerThan = slowerThan.compareTo(NEVER) > 0 ? NEVER : slowerThan;
  }

  /** All work. */
  public static Sampling all() {
    return of(1);
  }

  /** A share of the traces, and all work that fails. */
  public static Sampling of(double probability) {
    return new Sampling(probability, true, NEVER);
  }

  /** The same, and all work that takes at least so long. */
  public Sampling alwaysWhenSlowerThan(Duration duration) {
    return new Sampling(probability, followCallers, duration);
  }

  /** The same, whatever callers have decided. */
  public Sampling regardlessOfCallers() {
    return new Sampling(probability, false, slowerThan);
  }
}
