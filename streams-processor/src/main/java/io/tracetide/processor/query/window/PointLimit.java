package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.BadParameterException;

/** Counts the points of an answer and of the range it is compared to, and buckets of points. */
final class PointLimit {
  private final int most;
  private int taken;

  PointLimit(int most) {
    this.most = most;
  }

  /**
   * Counts some more.
   *
   * @throws BadParameterException when there are too many
   */
  void take(int more) {
    taken += more;
    if (taken > most) {
      throw new BadParameterException(
          ("The answer would have more than %d points: choose a shorter timeRange or a coarser"
                  + " granularity, or name services or operations ('operations=*' gives one series"
                  + " for each service).")
              .formatted(most));
    }
  }
}
