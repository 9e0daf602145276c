package io.tracetide.client;

import java.time.Duration;

/**
 * Which spans are published, and with which weight.
 *
 * <p><b>By trace.</b> A trace is sampled when the last 56 bits of its id are at least a threshold,
 * {@code (1 - probability) * 2^56}. The decision depends on the id only, so services with the same
 * probability publish the same traces; with different probabilities, a trace published by the
 * stricter service is published by all. The threshold is propagated in {@code tracestate} as {@code
 * ot=th:...}; a service that follows its callers makes the same decision with the same weight. A
 * sampled caller without a threshold is assumed to sample every trace.
 *
 * <p><b>Failed and slow spans are always published</b>: those that ended FAILED or CANCELLED, or
 * took at least {@code slowerThan}. To keep counts unbiased, the spans of a service form two
 * strata, by how they <i>ended</i>:
 *
 * <ul>
 *   <li>failed or slow: published with certainty, {@code samplingWeight = 1}, also when the trace
 *       is sampled;
 *   <li>ordinary: published with probability p by trace id, {@code samplingWeight = 1/p}.
 * </ul>
 *
 * <p>For every span, weight times probability of publication is 1, so sums of weights are unbiased
 * in each stratum and in total (D. Horvitz and D. Thompson, "A Generalization of Sampling Without
 * Replacement From a Finite Universe", 1952). Only the event at the end is counted. Events before
 * it are published for sampled traces only, with weight 1/p, because the end is not known yet. They
 * are not sent later for a span that failed, because their custom metrics would be counted twice in
 * sampled traces; the event at the end contains what happened inside the span.
 *
 * <p>The processor receives at most the end of a span that is not sampled: such a span is not among
 * the traces in flight and cannot be detected as stuck.
 *
 * @param probability share of the traces, greater than 0 and at most 1
 * @param followCallers whether a caller's decision applies. Weights are unbiased if callers sample
 *     by trace id and propagate the threshold, as this library and OpenTelemetry do; otherwise set
 *     false
 * @param slowerThan spans that take at least this long are always published; {@link #NEVER} for
 *     none
 */
public record Sampling(double probability, boolean followCallers, Duration slowerThan) {

  /** Longer than any span. */
  public static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

  /** Limits the weight: the processor refuses weights above 1e9. */
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

  /** All traces. */
  public static Sampling all() {
    return of(1);
  }

  /** A share of the traces, and all failed spans. */
  public static Sampling of(double probability) {
    return new Sampling(probability, true, NEVER);
  }

  /** Also all spans that take at least this long. */
  public Sampling alwaysWhenSlowerThan(Duration duration) {
    return new Sampling(probability, followCallers, duration);
  }

  /** Ignores the decisions of callers. */
  public Sampling regardlessOfCallers() {
    return new Sampling(probability, false, slowerThan);
  }
}
