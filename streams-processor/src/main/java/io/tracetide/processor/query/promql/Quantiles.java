package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.Value.Histograms;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.window.WindowStats;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Evaluates histogram_quantile: from distributions within 1 %, from buckets by linear interpolation
 * as Prometheus does.
 */
final class Quantiles {
  private static final double MICROS_PER_SECOND = 1e6;

  /** Less than the distance of two ranks, more than the rounding of a product of doubles. */
  private static final double ROUNDING = 1e-6;

  private record Bucket(double bound, StepValues counts) {}

  private record BucketCount(double bound, double count) {}

  private final QueryRun run;

  Quantiles(QueryRun run) {
    this.run = run;
  }

  VectorValue of(double[] quantiles, Value of) {
    return of instanceof Histograms histograms
        ? ofDistributions(quantiles, histograms)
        : ofBuckets(quantiles, (VectorValue) of);
  }

  private VectorValue ofDistributions(double[] quantiles, Histograms of) {
    VectorBuilder result = new VectorBuilder(run);
    for (Histogram histogram : of.series()) {
      StepValues samples = result.samples(histogram.labels().withoutName());
      for (int step = 0; step < quantiles.length; step++) {
        run.checkTime();
        WindowStats stats = histogram.at(step);
        if (stats != null) {
          samples.set(step, quantile(quantiles[step], stats));
        }
      }
    }
    return result.build();
  }

  /**
   * The value at rank ceil(q * count) of the sorted values, counted from 1: the rank whose bucket
   * Prometheus interpolates in. The sketch has its ranks from 0 to count - 1.
   */
  private static double quantile(double q, WindowStats stats) {
    OptionalDouble outside = outside(q);
    if (outside.isPresent()) {
      return outside.getAsDouble();
    }
    double last = stats.sketch().count() - 1;
    double rank = Math.max(0, Math.ceil(q * (last + 1) - ROUNDING) - 1);
    double ofSketch = last > 0 ? Math.min(1, (rank + ROUNDING) / last) : 0;
    return stats.sketch().quantile(ofSketch) / MICROS_PER_SECOND;
  }

  private static OptionalDouble outside(double q) {
    if (Double.isNaN(q)) {
      return OptionalDouble.of(Double.NaN);
    }
    if (q < 0) {
      return OptionalDouble.of(Double.NEGATIVE_INFINITY);
    }
    return q > 1 ? OptionalDouble.of(Double.POSITIVE_INFINITY) : OptionalDouble.empty();
  }

  private VectorValue ofBuckets(double[] quantiles, VectorValue of) {
    Map<Labels, List<Bucket>> groups = new LinkedHashMap<>();
    for (VectorSeries series : of.series()) {
      bound(series.labels().get(Labels.LE))
          .ifPresent(
              bound ->
                  groups
                      .computeIfAbsent(
                          series.labels().without(Set.of(Labels.NAME, Labels.LE)),
                          labels -> new ArrayList<>())
                      .add(new Bucket(bound, series.samples())));
    }
    if (!groups.isEmpty()) {
      run.warn(
          "histogram_quantile was interpolated between buckets; it is within 1 % for"
              + " histogram_quantile(q, sum by (le, ...) (rate(..._bucket[5m])))");
    }
    VectorBuilder result = new VectorBuilder(run);
    groups.forEach(
        (labels, buckets) -> {
          buckets.sort(Comparator.comparing(Bucket::bound));
          StepValues samples = result.samples(labels);
          for (int step = 0; step < samples.steps(); step++) {
            int at = step;
            List<BucketCount> counts =
                buckets.stream()
                    .filter(bucket -> bucket.counts().has(at))
                    .map(bucket -> new BucketCount(bucket.bound(), bucket.counts().get(at)))
                    .toList();
            if (!counts.isEmpty()) {
              samples.set(step, interpolated(quantiles[step], counts));
            }
          }
        });
    return result.build();
  }

  private static OptionalDouble bound(String le) {
    if (le.equals("+Inf")) {
      return OptionalDouble.of(Double.POSITIVE_INFINITY);
    }
    try {
      return le.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(le));
    } catch (NumberFormatException notABound) {
      return OptionalDouble.empty();
    }
  }

  /** Linear interpolation in the bucket with the rank q * count, of cumulative buckets. */
  private static double interpolated(double q, List<BucketCount> given) {
    OptionalDouble outside = outside(q);
    if (outside.isPresent()) {
      return outside.getAsDouble();
    }
    List<BucketCount> buckets = monotonic(given);
    BucketCount last = buckets.get(buckets.size() - 1);
    if (last.bound() != Double.POSITIVE_INFINITY || buckets.size() < 2 || last.count() == 0) {
      return Double.NaN;
    }
    double rank = q * last.count();
    int at = 0;
    while (at < buckets.size() - 1 && buckets.get(at).count() < rank) {
      at++;
    }
    if (at == buckets.size() - 1) {
      return buckets.get(at - 1).bound();
    }
    BucketCount found = buckets.get(at);
    if (at == 0) {
      return found.bound() <= 0 ? found.bound() : found.bound() * (rank / found.count());
    }
    BucketCount below = buckets.get(at - 1);
    double inBucket = found.count() - below.count();
    return below.bound() + (found.bound() - below.bound()) * ((rank - below.count()) / inBucket);
  }

  /** Merges equal bounds, and raises a count that is below the one of a smaller bound. */
  private static List<BucketCount> monotonic(List<BucketCount> given) {
    List<BucketCount> buckets = new ArrayList<>();
    for (BucketCount next : given) {
      int last = buckets.size() - 1;
      if (last >= 0 && buckets.get(last).bound() == next.bound()) {
        double sum = buckets.get(last).count() + next.count();
        buckets.set(last, new BucketCount(next.bound(), sum));
      } else {
        buckets.add(next);
      }
    }
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < buckets.size(); i++) {
      most = Math.max(most, buckets.get(i).count());
      buckets.set(i, new BucketCount(buckets.get(i).bound(), most));
    }
    return buckets;
  }
}
