package io.tracetide.query.answer;

import java.util.List;

/**
 * The durations of a point by buckets, which have the same bounds in all points. Empty ones are
 * left out.
 *
 * @param relativeError greatest relative error of the middle of a bucket for a duration in it
 * @param withoutDuration spans, by sampling weight, whose duration is not known
 */
public record DurationBuckets(double relativeError, double withoutDuration, List<Bucket> buckets) {
  public DurationBuckets {
    buckets = Values.list(buckets);
  }

  /**
   * Spans with a duration in [fromMs, toMs); both are 0 for durations of 0.
   *
   * @param count by sampling weight
   */
  public record Bucket(double fromMs, double toMs, double count) {}
}
