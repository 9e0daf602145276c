package io.tracetide.gateway.format.otlp;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds running totals that two writers report under one identity. Each then hides the other: the
 * processor takes the changes from one to the other for resets and for repetitions.
 *
 * <p>They show by a newer point whose start is an earlier one, or whose total is smaller with the
 * same start. What is remembered is bounded; the identities seen last stay. Thread-safe.
 */
public final class WriterConflicts {

  /** For the sender. */
  static final String WARNING =
      "two writers seem to report the same running total, or one that falls without a new"
          + " startTimeUnixNano; each hides the other: give every process a service.instance.id of"
          + " its own";

  private static final int REMEMBERED = 16_384;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private final Map<Long, Point> newest =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Point> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** A running total. */
  record Point(long startNanos, long timeNanos, double total) {

    /** Whether no single writer would report this after the other. */
    boolean contradicts(Point before) {
      if (startNanos == 0 || before.startNanos == 0) {
        return false;
      }
      int moved = Long.compareUnsigned(startNanos, before.startNanos);
      return moved < 0 || (moved == 0 && total < before.total);
    }

    Point with(long time) {
      return new Point(startNanos, time, total);
    }
  }

  /** Whether the point contradicts the newest one of the same identity, which it then is. */
  boolean contradicts(
      Point point, String tenant, MetricSource meter, String metric, Map<String, String> tags) {
    long identity = identity(tenant, meter, metric, tags);
    synchronized (newest) {
      @Nullable Point before = newest.get(identity);
      if (before == null) {
        newest.put(identity, point);
        return false;
      }
      if (Long.compareUnsigned(point.timeNanos, before.timeNanos) <= 0) {
        return false; // Late, or sent again.
      }
      boolean contradicts = point.contradicts(before);
      boolean older = contradicts && point.startNanos != before.startNanos;
      newest.put(identity, older ? before.with(point.timeNanos) : point);
      return contradicts;
    }
  }

  private static long identity(
      String tenant, MetricSource meter, String metric, Map<String, String> tags) {
    long hash = mixed(tenant.hashCode());
    hash = mixed(hash + meter.serviceName().hashCode());
    hash = mixed(hash + meter.instance().hashCode());
    hash = mixed(hash + metric.hashCode());
    long unordered = 0;
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      unordered += mixed(mixed(tag.getKey().hashCode()) + tag.getValue().hashCode());
    }
    return mixed(hash + unordered);
  }

  private static long mixed(long hash) {
    long spread = hash * MIX;
    return (spread ^ (spread >>> 32)) * MIX;
  }
}
