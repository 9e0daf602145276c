package io.tracetide.benchmarks.truth;

import io.tracetide.benchmarks.workload.SeriesNames;
import io.tracetide.benchmarks.workload.Workload;
import java.util.OptionalInt;

/**
 * The results of a variant for all series and windows; a later result for the same one replaces the
 * earlier. Stored in arrays, because there are millions.
 */
public final class Answers {

  private final Truth truth;
  private final SeriesNames names;
  private final int[] counts;
  private final int[] errors;
  private final double[] sums;
  private final double[] maxima;
  private final double[] p95s;
  private long unknown;

  public Answers(Truth truth) {
    this.truth = truth;
    names = new SeriesNames(truth.workload());
    counts = new int[truth.places()];
    errors = new int[truth.places()];
    sums = new double[truth.places()];
    maxima = new double[truth.places()];
    p95s = new double[truth.places()];
  }

  public void put(Answer answer) {
    if (answer.service().equals(SeriesNames.TICK_SERVICE)) {
      return;
    }
    OptionalInt series = names.series(answer.service(), answer.operation());
    Workload workload = truth.workload();
    int window = workload.window(answer.startMs());
    if (series.isEmpty() || window < 0 || window >= workload.windows()) {
      unknown++;
      return;
    }
    int place = truth.place(series.getAsInt(), window);
    counts[place] = Math.toIntExact(answer.count());
    errors[place] = Math.toIntExact(answer.errors());
    sums[place] = answer.sum();
    maxima[place] = answer.max();
    p95s[place] = answer.p95();
  }

  /** Compares every place with the truth. */
  public Verdict judge() {
    long missing = 0;
    long differing = 0;
    long counted = 0;
    double worst = 0;
    for (int place = 0; place < truth.places(); place++) {
      int expected = truth.count(place);
      counted += counts[place];
      if (counts[place] == 0 && expected > 0) {
        missing++;
      } else if (counts[place] != expected || (expected > 0 && !sameFigures(place))) {
        differing++;
      } else if (expected > 0) {
        double exact = truth.quantile(place, 0.95);
        worst = Math.max(worst, Math.abs(p95s[place] - exact) / exact);
      }
    }
    return new Verdict(truth.workload().events(), counted, missing, differing, unknown, worst);
  }

  /** Events that were counted too few or too many times, summed over windows. */
  public Balance balance() {
    long below = 0;
    long above = 0;
    for (int place = 0; place < truth.places(); place++) {
      long difference = (long) counts[place] - truth.count(place);
      below -= Math.min(0, difference);
      above += Math.max(0, difference);
    }
    return new Balance(below, above);
  }

  private boolean sameFigures(int place) {
    // Sums of whole microseconds are exact in a double.
    return errors[place] == truth.errors(place)
        && sums[place] == truth.sum(place)
        && maxima[place] == truth.max(place);
  }
}
