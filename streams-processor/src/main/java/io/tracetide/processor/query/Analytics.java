package io.tracetide.processor.query;

import io.tracetide.processor.query.AnalyticsAnswer.MetricPoint;
import io.tracetide.processor.query.AnalyticsAnswer.MetricSeries;
import io.tracetide.processor.query.AnalyticsAnswer.Point;
import io.tracetide.processor.query.AnalyticsAnswer.Series;
import io.tracetide.processor.window.QuantileSketch;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Time series of windows: stored windows merged to the asked width, operations merged to their
 * service, and services to their tenant. Sketches are merged, never quantiles, so every point keeps
 * the sketch's error bound.
 */
final class Analytics {
  private static final Comparator<SeriesId> BY_NAME =
      Comparator.comparing(SeriesId::tenant)
          .thenComparing(SeriesId::service)
          .thenComparing(SeriesId::operation)
          .thenComparing(SeriesId::metric);

  private final WindowView view;
  private final int maxPoints;

  Analytics(WindowView view, int maxPoints) {
    this.view = view;
    this.maxPoints = maxPoints;
  }

  AnalyticsAnswer answer(AnalyticsQuery query, Patience patience) {
    Granularity granularity = query.granularity();
    long firstMs = granularity.ceiling(query.range().fromMs());
    long endMs = granularity.ceiling(query.range().toMs());
    Merge merge = new Merge(query, patience);
    Coverage coverage = view.read(granularity.tier(), firstMs, endMs, query.toRead(), merge::add);
    return new AnalyticsAnswer(
        query.range().from(),
        query.range().to(),
        granularity.size().toMillis(),
        QuantileSketch.RELATIVE_ERROR,
        coverage.partial(),
        coverage.missing(),
        retainedFrom(coverage, granularity, query.range()),
        merge.series(coverage),
        merge.metricSeries());
  }

  private static @Nullable Instant retainedFrom(
      Coverage coverage, Granularity granularity, TimeRange range) {
    if (coverage.fastestCloseMs().isEmpty()) {
      return null;
    }
    Instant oldest =
        Instant.ofEpochMilli(
            coverage.fastestCloseMs().getAsLong() - granularity.tier().retentionMs());
    return oldest.isAfter(range.from()) ? oldest : null;
  }

  /**
   * Points in the making. A stored window that is a point already becomes one at once, so that only
   * merges hold sketches.
   */
  private final class Merge {
    private final AnalyticsQuery query;
    private final Patience patience;
    private final long sizeMs;
    private final boolean asStored;
    private final Map<SeriesId, List<Point>> finished = new HashMap<>();
    private final Map<SeriesId, Map<Long, Bucket>> merging = new HashMap<>();
    private int points;

    Merge(AnalyticsQuery query, Patience patience) {
      this.query = query;
      this.patience = patience;
      this.sizeMs = query.granularity().size().toMillis();
      this.asStored = query.granularity().size().equals(query.granularity().tier().size());
    }

    void add(StoredWindow window) {
      patience.check();
      SeriesId series = window.series();
      boolean ofTenant =
          series.isLatency()
              ? query.wantsRollUp()
              : query.wantsMetric(series.metric()) && isOfService(series);
      if (ofTenant) {
        addToTenant(window);
      }
      if (query.wantsService(series.service())) {
        addToService(window);
      }
    }

    private void addToTenant(StoredWindow window) {
      if (query.wantsTenant()) {
        merge(window.series().ofTenant(), window, window.counts());
      }
    }

    private void addToService(StoredWindow window) {
      SeriesId series = window.series();
      if (!series.isLatency()) {
        boolean asked = isOfService(series) || query.wantsWorkflow(series.operation());
        if (asked && query.wantsMetric(series.metric())) {
          merge(series, window, window.counts());
        }
        return;
      }
      boolean asked = query.wantsOperation(series.operation());
      if (!asked && !query.wantsRollUp()) {
        return;
      }
      Stored counts = window.counts();
      // Of the service of others each partition may have a part: parts are not points.
      if (asked && asStored && !series.service().equals(SeriesId.OTHER)) {
        countPoint();
        finished
            .computeIfAbsent(series, key -> new ArrayList<>())
            .add(point(window.startMs(), new Bucket(counts.stats(), counts.revision(), window)));
      } else if (asked) {
        merge(series, window, counts);
      }
      if (query.wantsRollUp()) {
        merge(series.ofService(), window, counts);
      }
    }

    private static boolean isOfService(SeriesId series) {
      return series.operation().equals(SeriesId.ALL_OPERATIONS);
    }

    private void merge(SeriesId series, StoredWindow window, Stored counts) {
      long start = query.granularity().floor(window.startMs());
      Map<Long, Bucket> buckets = merging.computeIfAbsent(series, key -> new TreeMap<>());
      @Nullable Bucket bucket = buckets.get(start);
      if (bucket == null) {
        countPoint();
        buckets.put(start, new Bucket(counts.stats().copy(), counts.revision(), window));
      } else {
        bucket.stats.merge(counts.stats());
        bucket.revision += counts.revision();
        bucket.closedUpToMs = Math.min(bucket.closedUpToMs, window.closedUpToMs());
      }
    }

    private void countPoint() {
      if (++points > maxPoints) {
        throw new BadParameterException(
            ("The answer would have more than %d points: choose a shorter timeRange or a coarser"
                 + " granularity, or name services or operations ('operations=*' gives one series"
                 + " for each service).")
                .formatted(maxPoints));
      }
    }

    List<Series> series(Coverage coverage) {
      closeSpread(coverage);
      merging.forEach(
          (series, buckets) -> {
            if (series.isLatency()) {
              List<Point> merged = finished.computeIfAbsent(series, key -> new ArrayList<>());
              buckets.forEach((start, bucket) -> merged.add(point(start, bucket)));
            }
          });
      return finished.keySet().stream()
          .sorted(BY_NAME)
          .map(
              series ->
                  new Series(
                      series.tenant(),
                      series.service(),
                      series.operation(),
                      finished.getOrDefault(series, List.of()).stream()
                          .sorted(Comparator.comparing(Point::start))
                          .toList()))
          .toList();
    }

    /**
     * A tenant's services, and the parts of the service of others, are in many partitions, some of
     * them without work in a window, or not read: their windows are final when they are in all.
     */
    private void closeSpread(Coverage coverage) {
      long closedUpToMs =
          coverage.partial() ? Long.MIN_VALUE : coverage.slowestCloseMs().orElse(Long.MIN_VALUE);
      merging.forEach(
          (series, buckets) -> {
            boolean ofTenant =
                query.wantsTenant() && series.service().equals(SeriesId.ALL_SERVICES);
            if (ofTenant || series.service().equals(SeriesId.OTHER)) {
              buckets
                  .values()
                  .forEach(
                      bucket -> bucket.closedUpToMs = Math.min(bucket.closedUpToMs, closedUpToMs));
            }
          });
    }

    List<MetricSeries> metricSeries() {
      return merging.entrySet().stream()
          .filter(entry -> !entry.getKey().isLatency())
          .sorted(Map.Entry.comparingByKey(BY_NAME))
          .map(
              entry ->
                  new MetricSeries(
                      entry.getKey().tenant(),
                      entry.getKey().service(),
                      entry.getKey().operation(),
                      entry.getKey().metric(),
                      MetricUnit.of(entry.getKey().metric()),
                      entry.getValue().entrySet().stream()
                          .map(bucket -> metricPoint(bucket.getKey(), bucket.getValue()))
                          .toList()))
          .toList();
    }

    private Point point(long startMs, Bucket bucket) {
      WindowStats stats = bucket.stats;
      return new Point(
          Instant.ofEpochMilli(startMs),
          Instant.ofEpochMilli(startMs + sizeMs),
          stats.count(),
          Figure.exact(stats.weightedCount()),
          stats.errors(),
          Figure.exact(stats.weightedCount() * 1_000 / sizeMs),
          Figure.exact(stats.errorRatePercent()),
          Figure.exactMillis(stats.min()),
          Figure.exactMillis(stats.mean()),
          Figure.estimatedMillis(stats.quantile(0.50)),
          Figure.estimatedMillis(stats.quantile(0.90)),
          Figure.estimatedMillis(stats.quantile(0.95)),
          Figure.estimatedMillis(stats.quantile(0.99)),
          Figure.exactMillis(stats.max()),
          startMs + sizeMs <= bucket.closedUpToMs,
          bucket.revision);
    }

    private MetricPoint metricPoint(long startMs, Bucket bucket) {
      WindowStats stats = bucket.stats;
      return new MetricPoint(
          Instant.ofEpochMilli(startMs),
          Instant.ofEpochMilli(startMs + sizeMs),
          stats.count(),
          Figure.exact(stats.min()),
          Figure.exact(stats.mean()),
          Figure.estimated(stats.quantile(0.50)),
          Figure.estimated(stats.quantile(0.90)),
          Figure.estimated(stats.quantile(0.95)),
          Figure.estimated(stats.quantile(0.99)),
          Figure.exact(stats.max()),
          Figure.exact(stats.sum()),
          Figure.exact(stats.sum() * 1_000 / sizeMs),
          startMs + sizeMs <= bucket.closedUpToMs,
          bucket.revision);
    }
  }

  /** What was merged into one point. */
  private static final class Bucket {
    private final WindowStats stats;
    private long closedUpToMs;
    private int revision;

    Bucket(WindowStats stats, int revision, StoredWindow window) {
      this.stats = stats;
      this.revision = revision;
      this.closedUpToMs = window.closedUpToMs();
    }
  }
}
