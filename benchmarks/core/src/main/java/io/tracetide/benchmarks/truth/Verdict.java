package io.tracetide.benchmarks.truth;

import java.util.Locale;

/**
 * The comparison of a variant's results with the truth.
 *
 * @param events events that there are
 * @param counted events in the answers
 * @param missing series-windows with events and without an answer
 * @param differing series-windows whose count, errors, sum or largest value is not the exact one
 * @param unknown answers about series or windows that do not exist
 * @param worstError greatest relative error of a 95th percentile among the windows that agree
 */
public record Verdict(
    long events, long counted, long missing, long differing, long unknown, double worstError) {

  /** Limit for sketches with a relative error of 1 %, with a margin for rounding. */
  static final double MAX_ERROR = 0.0101;

  /** The verdict on a program that gives no answers, from the number of events it read. */
  public static Verdict ofCount(long events, long counted) {
    return new Verdict(events, counted, 0, 0, 0, 0);
  }

  /** Whether every result is correct. */
  public boolean isRight() {
    return counted == events
        && missing == 0
        && differing == 0
        && unknown == 0
        && worstError <= MAX_ERROR;
  }

  /** One line for people. */
  public String describe() {
    if (isRight()) {
      return worstError == 0
          ? "equal"
          : String.format(Locale.ROOT, "equal, p95 within %.2f %%", 100 * worstError);
    }
    return String.format(
        Locale.ROOT,
        "WRONG: counted %d of %d, %d windows missing, %d differing, %d unknown, p95 off by %.2f %%",
        counted,
        events,
        missing,
        differing,
        unknown,
        100 * worstError);
  }
}
