package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.MetricValue;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.sketch.SketchBuckets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durations of a point by buckets. All points have the same grid of buckets, {@link
 * SketchBuckets#GROUPS_PER_OCTAVE} to each doubling, so they make the columns of a heat map; empty
 * buckets are left out. Counts are exact, and the sum of all with {@code withoutDuration} is the
 * weighted count of the point.
 *
 * @param relativeError greatest relative error of the middle of a bucket for a duration in it
 * @param withoutDuration spans, by weight, whose duration is not known
 */
public record Distribution(
    double relativeError, @Nullable Double withoutDuration, List<Bucket> buckets) {

  /**
   * Spans with a duration in [fromMs, toMs); both are 0 for durations of 0.
   *
   * @param count by weight
   */
  public record Bucket(@Nullable Double fromMs, @Nullable Double toMs, @Nullable Double count) {}

  public Distribution {
    buckets = List.copyOf(buckets);
  }

  static Distribution of(WindowStats stats) {
    List<Bucket> buckets = new ArrayList<>();
    SketchBuckets.eachGroup(
        stats.sketch(),
        (fromMicros, toMicros, weight) ->
            buckets.add(
                new Bucket(
                    MetricValue.estimatedMillis(fromMicros),
                    MetricValue.estimatedMillis(toMicros),
                    MetricValue.exact(weight))));
    return new Distribution(
        SketchBuckets.GROUP_ERROR,
        MetricValue.exact(Math.max(0, stats.weightedCount() - stats.sketch().count())),
        buckets);
  }
}
