package io.tracetide.gateway.format.otlp;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Detects cumulative totals that two writers report under one identity. The processor takes the
 * differences between the two for resets and duplicates, so that both are wrong.
 *
 * <p>The sign is a newer point with an earlier start, or with the same start and a smaller total.
 * The number of identities is bounded; the most recently used ones are kept. Thread-safe.
 */
public final class WriterConflicts {

  /** Warning in the response. */
  static final String WARNING =
      "two writers seem to report the same cumulative total, or one decreases without a new"
          + " startTimeUnixNano: give every process its own service.instance.id";

  private static final int MAX_IDENTITIES = 16_384;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private final Map<Long, Point> newest =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Point> eldest) {
          return size() > MAX_IDENTITIES;
        }
      };

  /** A cumulative total. */
  record Point(long startNanos, long timeNanos, double total) {

    /** Whether a single writer cannot have reported this point after the other. */
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

  /** Whether the point contradicts the newest one of its identity; makes it the newest one. */
  boolean contradicts(
      Point point, String tenant, MetricSource source, String metric, Map<String, String> tags) {
    long identity = identity(tenant, source, metric, tags);
    synchronized (newest) {
      @Nullable Point before = newest.get(identity);
      if (before == null) {
        newest.put(identity, point);
        return false;
      }
      if (Long.compareUnsigned(point.timeNanos, before.timeNanos) <= 0) {
        return false; // Late, or a duplicate.
      }
      boolean contradicts = point.contradicts(before);
      boolean older = contradicts && point.startNanos != before.startNanos;
      newest.put(identity, older ? before.with(point.timeNanos) : point);
      return contradicts;
    }
  }

  private static long identity(
      String tenant, MetricSource source, String metric, Map<String, String> tags) {
    long hash = mixed(tenant.hashCode());
    hash = mixed(hash + source.serviceName().hashCode());
    hash = mixed(hash + source.instance().hashCode());
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
