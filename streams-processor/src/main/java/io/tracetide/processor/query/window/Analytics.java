package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.MetricValue;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.query.window.AnalyticsAnswer.MetricPoint;
import io.tracetide.processor.query.window.AnalyticsAnswer.MetricSeries;
import io.tracetide.processor.query.window.AnalyticsAnswer.Point;
import io.tracetide.processor.query.window.AnalyticsAnswer.Series;
import io.tracetide.processor.window.QuantileSketch;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Time series of windows: stored windows merged to the asked width, operations merged to their
 * service, and services to their tenant. Sketches are merged, never quantiles, so every point keeps
 * the sketch's error bound.
 */
public final class Analytics {
  private static final Comparator<SeriesId> BY_NAME =
      Comparator.comparing(SeriesId::tenant)
          .thenComparing(SeriesId::service)
          .thenComparing(SeriesId::operation)
          .thenComparing(SeriesId::metric)
          .thenComparing(series -> new TreeMap<>(series.attributes()).toString());

  private final WindowView view;
  private final int maxPoints;

  public Analytics(WindowView view, int maxPoints) {
    this.view = view;
    this.maxPoints = maxPoints;
  }

  public AnalyticsAnswer answer(AnalyticsQuery query, CancellationCheck cancellation) {
    Granularity granularity = query.granularity();
    long firstMs = granularity.ceiling(query.range().fromMs());
    long endMs = granularity.ceiling(query.range().toMs());
    Merge merge = new Merge(query, cancellation);
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
    private final CancellationCheck cancellation;
    private final long sizeMs;
    private final boolean asStored;
    private final Map<SeriesId, List<Point>> finished = new HashMap<>();
    private final Map<SeriesId, Map<Long, Bucket>> merging = new HashMap<>();

    /** Metrics as a whole, where their parts are asked for. */
    private final Map<SeriesId, Map<Long, Bucket>> wholes = new HashMap<>();

    private int points;

    Merge(AnalyticsQuery query, CancellationCheck cancellation) {
      this.query = query;
      this.cancellation = cancellation;
      this.sizeMs = query.granularity().size().toMillis();
      this.asStored = query.granularity().size().equals(query.granularity().tier().size());
    }

    void add(StoredWindow window) {
      cancellation.check();
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
      if (!query.wantsTenant()) {
        return;
      }
      if (window.series().isLatency()) {
        merge(window.series().ofTenant(), window, window.counts());
      } else {
        addMetric(window.series().ofTenant(), window);
      }
    }

    private void addMetric(SeriesId series, StoredWindow window) {
      if (!query.wantsParts()) {
        merge(series, window, window.counts());
      } else if (!series.attributes().isEmpty()) {
        query
            .part(series.attributes())
            .ifPresent(told -> merge(series.with(told), window, window.counts()));
      } else if (query.where().isEmpty()) {
        merge(wholes, series, window, window.counts());
      }
    }

    private void addToService(StoredWindow window) {
      SeriesId series = window.series();
      if (!series.isLatency()) {
        boolean asked = isOfService(series) || query.wantsWorkflow(series.operation());
        if (asked && query.wantsMetric(series.metric())) {
          addMetric(series, window);
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
      merge(merging, series, window, counts);
    }

    private void merge(
        Map<SeriesId, Map<Long, Bucket>> into,
        SeriesId series,
        StoredWindow window,
        Stored counts) {
      long start = query.granularity().floor(window.startMs());
      Map<Long, Bucket> buckets = into.computeIfAbsent(series, key -> new TreeMap<>());
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
      addRemainders();
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
     * Adds what has none of the attributes that parts are told apart by: the metric as a whole
     * without its parts. Only number and sum of it are known, where there are parts.
     */
    private void addRemainders() {
      Map<SeriesId, Map<Long, List<WindowStats>>> parts = new HashMap<>();
      merging.forEach(
          (series, buckets) ->
              buckets.forEach(
                  (start, bucket) ->
                      parts
                          .computeIfAbsent(series.with(Map.of()), key -> new HashMap<>())
                          .computeIfAbsent(start, key -> new ArrayList<>())
                          .add(bucket.stats)));
      wholes.forEach(
          (series, buckets) ->
              buckets.forEach(
                  (start, bucket) -> {
                    bucket.subtract(
                        parts.getOrDefault(series, Map.of()).getOrDefault(start, List.of()));
                    if (bucket.stats.count() > 0) {
                      addRemainder(series, start, bucket);
                    }
                  }));
    }

    /** Parts without any of the attributes asked for may be there already. */
    private void addRemainder(SeriesId series, long start, Bucket remainder) {
      merging
          .computeIfAbsent(series, key -> new TreeMap<>())
          .merge(
              start,
              remainder,
              (known, more) -> {
                known.stats.merge(more.stats);
                return known;
              });
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
                      unit(entry.getKey(), entry.getValue().values()),
                      entry.getKey().attributes(),
                      entry.getValue().entrySet().stream()
                          .map(bucket -> metricPoint(bucket.getKey(), bucket.getValue()))
                          .toList()))
          .toList();
    }

    /** As samples say it, else as the metric's name does; null when samples are of several. */
    private static @Nullable String unit(SeriesId series, Collection<Bucket> buckets) {
      Set<String> said = new HashSet<>();
      for (Bucket bucket : buckets) {
        if (bucket.stats.hasMixedUnits()) {
          return null;
        }
        if (!bucket.stats.unit().isEmpty()) {
          said.add(bucket.stats.unit());
        }
      }
      return switch (said.size()) {
        case 0 -> MetricUnit.of(series.metric());
        case 1 -> said.iterator().next();
        default -> null;
      };
    }

    private Point point(long startMs, Bucket bucket) {
      WindowStats stats = bucket.stats;
      return new Point(
          Instant.ofEpochMilli(startMs),
          Instant.ofEpochMilli(startMs + sizeMs),
          stats.count(),
          MetricValue.exact(stats.weightedCount()),
          stats.errors(),
          MetricValue.exact(stats.weightedCount() * 1_000 / sizeMs),
          MetricValue.exact(stats.errorRatePercent()),
          MetricValue.exactMillis(stats.min()),
          MetricValue.exactMillis(stats.mean()),
          MetricValue.estimatedMillis(stats.quantile(0.50)),
          MetricValue.estimatedMillis(stats.quantile(0.90)),
          MetricValue.estimatedMillis(stats.quantile(0.95)),
          MetricValue.estimatedMillis(stats.quantile(0.99)),
          MetricValue.exactMillis(stats.max()),
          startMs + sizeMs <= bucket.closedUpToMs,
          bucket.revision);
    }

    private MetricPoint metricPoint(long startMs, Bucket bucket) {
      WindowStats stats = bucket.stats;
      return new MetricPoint(
          Instant.ofEpochMilli(startMs),
          Instant.ofEpochMilli(startMs + sizeMs),
          stats.count(),
          MetricValue.exact(stats.min()),
          MetricValue.exact(stats.mean()),
          MetricValue.estimated(stats.quantile(0.50)),
          MetricValue.estimated(stats.quantile(0.90)),
          MetricValue.estimated(stats.quantile(0.95)),
          MetricValue.estimated(stats.quantile(0.99)),
          MetricValue.exact(stats.max()),
          MetricValue.exact(stats.sum()),
          MetricValue.exact(stats.sum() * 1_000 / sizeMs),
          startMs + sizeMs <= bucket.closedUpToMs,
          bucket.revision);
    }
  }

  /** What was merged into one point. */
  private static final class Bucket {
    private WindowStats stats;
    private long closedUpToMs;
    private int revision;

    Bucket(WindowStats stats, int revision, StoredWindow window) {
      this.stats = stats;
      this.revision = revision;
      this.closedUpToMs = window.closedUpToMs();
    }

    /** Takes parts away, of which there may be none. */
    void subtract(List<WindowStats> parts) {
      if (parts.isEmpty()) {
        return;
      }
      long count = stats.count();
      double observations = stats.observations();
      double sum = stats.sum();
      for (WindowStats part : parts) {
        count -= part.count();
        observations -= part.observations();
        sum -= part.sum();
      }
      WindowStats rest = new WindowStats();
      if (count > 0) {
        byte[] unit = stats.unitBytes();
        rest.unit(unit, 0, unit.length);
        long summed = Math.min(count, Math.round(observations));
        if (summed > 0) {
          rest.observeUnplaced(summed);
          rest.addToSum(sum);
        }
        rest.countOnly(count - Math.max(0, summed));
        rest.least(Double.NaN, Double.NaN);
        rest.greatest(Double.NaN, Double.NaN);
      }
      stats = rest;
    }
  }
}
