package io.tracetide.processor.query.window;

import io.tracetide.processor.metric.MetricUnit;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.query.window.AnalyticsAnswer.MetricSeries;
import io.tracetide.processor.query.window.AnalyticsAnswer.Point;
import io.tracetide.processor.query.window.AnalyticsAnswer.Series;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec.Stored;
import io.tracetide.processor.window.sketch.QuantileSketch;
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
 * Time series of windows: stored windows merged to the requested width, operations merged to their
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
   * Collects points. A stored window that needs no merge becomes a point at once, so that only
   * merges hold sketches.
   */
  private final class Merge {
    private final AnalyticsQuery query;
    private final CancellationCheck cancellation;
    private final long sizeMs;
    private final boolean asStored;
    private final Map<SeriesId, List<Point>> finished = new HashMap<>();
    private final Map<SeriesId, Map<Long, MergedWindows>> merging = new HashMap<>();

    /** Metrics as a whole, where their parts are requested. */
    private final Map<SeriesId, Map<Long, MergedWindows>> wholes = new HashMap<>();

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
            .ifPresent(part -> merge(series.with(part), window, window.counts()));
      } else if (query.where().isEmpty()) {
        merge(wholes, series, window, window.counts());
      }
    }

    private void addToService(StoredWindow window) {
      SeriesId series = window.series();
      if (!series.isLatency()) {
        boolean requested = isOfService(series) || query.wantsWorkflow(series.operation());
        if (requested && query.wantsMetric(series.metric())) {
          addMetric(series, window);
        }
        return;
      }
      boolean requested = query.wantsOperation(series.operation());
      if (!requested && !query.wantsRollUp()) {
        return;
      }
      Stored counts = window.counts();
      // Each partition may have a part of the service {@code __other__}, which is not a point.
      if (requested && asStored && !series.service().equals(SeriesId.OTHER)) {
        countPoint();
        finished
            .computeIfAbsent(series, key -> new ArrayList<>())
            .add(
                new MergedWindows(counts.stats(), counts.revision(), window)
                    .point(window.startMs(), sizeMs));
      } else if (requested) {
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
        Map<SeriesId, Map<Long, MergedWindows>> into,
        SeriesId series,
        StoredWindow window,
        Stored counts) {
      long start = query.granularity().floor(window.startMs());
      Map<Long, MergedWindows> buckets = into.computeIfAbsent(series, key -> new TreeMap<>());
      @Nullable MergedWindows bucket = buckets.get(start);
      if (bucket == null) {
        countPoint();
        buckets.put(start, new MergedWindows(counts.stats().copy(), counts.revision(), window));
      } else {
        bucket.merge(counts.stats(), counts.revision(), window);
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
              buckets.forEach((start, bucket) -> merged.add(bucket.point(start, sizeMs)));
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
     * Adds the samples without any of the attributes that distinguish parts: the metric as a whole
     * minus its parts. Where there are parts, only their number and sum are known.
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
                          .add(bucket.stats())));
      wholes.forEach(
          (series, buckets) ->
              buckets.forEach(
                  (start, bucket) -> {
                    bucket.subtract(
                        parts.getOrDefault(series, Map.of()).getOrDefault(start, List.of()));
                    if (bucket.stats().count() > 0) {
                      addRemainder(series, start, bucket);
                    }
                  }));
    }

    /** A part without any of the requested attributes may exist already. */
    private void addRemainder(SeriesId series, long start, MergedWindows remainder) {
      merging
          .computeIfAbsent(series, key -> new TreeMap<>())
          .merge(
              start,
              remainder,
              (known, more) -> {
                known.stats().merge(more.stats());
                return known;
              });
    }

    /**
     * A tenant's services, and the parts of the service {@code __other__}, are in many partitions,
     * of which some have no span in a window, or were not read: their windows are final when they
     * are in all partitions.
     */
    private void closeSpread(Coverage coverage) {
      long closedUpToMs =
          coverage.partial() ? Long.MIN_VALUE : coverage.slowestCloseMs().orElse(Long.MIN_VALUE);
      merging.forEach(
          (series, buckets) -> {
            boolean ofTenant =
                query.wantsTenant() && series.service().equals(SeriesId.ALL_SERVICES);
            if (ofTenant || series.service().equals(SeriesId.OTHER)) {
              buckets.values().forEach(bucket -> bucket.closeUpTo(closedUpToMs));
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
                          .map(bucket -> bucket.getValue().metricPoint(bucket.getKey(), sizeMs))
                          .toList()))
          .toList();
    }

    /** The unit of the samples, else that of the metric's name; null when samples have several. */
    private static @Nullable String unit(SeriesId series, Collection<MergedWindows> buckets) {
      Set<String> units = new HashSet<>();
      for (MergedWindows bucket : buckets) {
        if (bucket.stats().hasMixedUnits()) {
          return null;
        }
        if (!bucket.stats().unit().isEmpty()) {
          units.add(bucket.stats().unit());
        }
      }
      return switch (units.size()) {
        case 0 -> MetricUnit.of(series.metric());
        case 1 -> units.iterator().next();
        default -> null;
      };
    }
  }
}
