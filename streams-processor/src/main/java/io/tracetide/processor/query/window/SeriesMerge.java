package io.tracetide.processor.query.window;

import io.tracetide.processor.metric.MetricUnit;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.window.AnalyticsAnswer.MetricPoint;
import io.tracetide.processor.query.window.AnalyticsAnswer.Point;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Collects the points of a query. A stored window that needs no merge becomes a point at once, so
 * that only merges hold sketches.
 */
final class SeriesMerge {
  private static final Comparator<SeriesId> BY_NAME =
      Comparator.comparing(SeriesId::tenant)
          .thenComparing(SeriesId::service)
          .thenComparing(SeriesId::operation)
          .thenComparing(SeriesId::metric)
          .thenComparing(series -> new TreeMap<>(series.attributes()).toString());

  private final AnalyticsQuery query;
  private final CancellationCheck cancellation;
  private final PointTime time;
  private final boolean asStored;
  private final Map<SeriesId, List<Point>> finished = new HashMap<>();
  private final Map<SeriesId, Map<Long, MergedWindows>> merging = new HashMap<>();

  /** Metrics as a whole, where their parts are requested. */
  private final Map<SeriesId, Map<Long, MergedWindows>> wholes = new HashMap<>();

  /** Statistics of the whole range, where series are ranked by them. */
  private final Map<SeriesId, WindowStats> totals = new HashMap<>();

  private final PointLimit limit;
  private final LongUnaryOperator startOf;
  private final Extras extras;
  private final boolean ranked;

  private SeriesMerge(
      AnalyticsQuery query,
      Granularity granularity,
      LongUnaryOperator startOf,
      Extras extras,
      long nowMs,
      PointLimit limit,
      CancellationCheck cancellation) {
    this.query = query;
    this.cancellation = cancellation;
    this.limit = limit;
    this.startOf = startOf;
    this.extras = extras;
    this.ranked = query.extras().top().isPresent();
    this.time = new PointTime(granularity.size().toMillis(), nowMs);
    this.asStored = granularity.size().equals(granularity.tier().size());
  }

  /** The points of a query. */
  static SeriesMerge of(
      AnalyticsQuery query, long nowMs, PointLimit limit, CancellationCheck cancellation) {
    Granularity granularity = query.granularity();
    return new SeriesMerge(
        query, granularity, granularity::floor, query.extras(), nowMs, limit, cancellation);
  }

  /** The earlier points that those of a query are compared to. */
  static SeriesMerge of(
      AnalyticsQuery query,
      EarlierWindows earlier,
      long nowMs,
      PointLimit limit,
      CancellationCheck cancellation) {
    return new SeriesMerge(
        query, earlier.granularity(), earlier::startOf, Extras.NONE, nowMs, limit, cancellation);
  }

  /** Adds the windows of a query that start in [fromMs, toMs). */
  static Coverage read(
      WindowView view,
      WindowTier tier,
      long fromMs,
      long toMs,
      AnalyticsQuery query,
      SeriesMerge merge) {
    return query.wantsOnlyTotals()
        ? view.readTotals(tier, fromMs, toMs, query.toRead(), merge::addTotal)
        : view.read(tier, fromMs, toMs, query.toRead(), merge::add);
  }

  /** Adds the merge of the operations of a service. */
  private void addTotal(StoredWindow window) {
    cancellation.check();
    if (query.wantsTenant()) {
      merge(window.series().ofTenant(), window);
    }
    if (query.wantsService(window.series().service())) {
      merge(window.series(), window);
    }
  }

  private void add(StoredWindow window) {
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
      merge(window.series().ofTenant(), window);
    } else {
      addMetric(window.series().ofTenant(), window);
    }
  }

  private void addMetric(SeriesId series, StoredWindow window) {
    if (!query.wantsParts()) {
      merge(series, window);
    } else if (!series.attributes().isEmpty()) {
      query.part(series.attributes()).ifPresent(part -> merge(series.with(part), window));
    } else if (query.where().isEmpty()) {
      merge(wholes, series, window);
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
    // Each partition may have a part of the service {@code __other__}, which is not a point.
    if (requested && asStored && !series.service().equals(SeriesId.OTHER)) {
      limit.take(1);
      countTotal(series, window);
      finished
          .computeIfAbsent(series, key -> new ArrayList<>())
          .add(new MergedWindows(window).point(window.startMs(), time, extras));
    } else if (requested) {
      merge(series, window);
    }
    if (query.wantsRollUp()) {
      merge(series.ofService(), window);
    }
  }

  private static boolean isOfService(SeriesId series) {
    return series.operation().equals(SeriesId.ALL_OPERATIONS);
  }

  private void countTotal(SeriesId series, StoredWindow window) {
    if (ranked && series.isLatency()) {
      window.addTo(totals.computeIfAbsent(series, key -> new WindowStats()));
    }
  }

  private void merge(SeriesId series, StoredWindow window) {
    countTotal(series, window);
    merge(merging, series, window);
  }

  private void merge(
      Map<SeriesId, Map<Long, MergedWindows>> into, SeriesId series, StoredWindow window) {
    long start = startOf.applyAsLong(window.startMs());
    Map<Long, MergedWindows> buckets = into.computeIfAbsent(series, key -> new TreeMap<>());
    @Nullable MergedWindows bucket = buckets.get(start);
    if (bucket == null) {
      limit.take(1);
      buckets.put(start, new MergedWindows(window));
    } else {
      bucket.merge(window);
    }
  }

  /** Ends the collection: completes metrics, and decides which points are final. */
  void finish(Coverage coverage) {
    addRemainders();
    closeSpread(coverage);
  }

  /** The series of spans, by name. */
  List<SeriesId> spanSeries() {
    Set<SeriesId> series = new HashSet<>(finished.keySet());
    merging.keySet().stream().filter(SeriesId::isLatency).forEach(series::add);
    return series.stream().sorted(BY_NAME).toList();
  }

  /** Points of a series of spans by time; empty when it has none. */
  List<Point> points(SeriesId series) {
    List<Point> points = new ArrayList<>(finished.getOrDefault(series, List.of()));
    merging
        .getOrDefault(series, Map.of())
        .forEach((start, bucket) -> points.add(bucket.point(start, time, extras)));
    points.sort(Comparator.comparing(Point::start));
    if (extras.distribution()) {
      for (Point point : points) {
        @Nullable Distribution distribution = point.distribution();
        limit.take(distribution == null ? 0 : distribution.buckets().size());
      }
    }
    return points;
  }

  /** Statistics of a series of spans in the whole range; null when it has none. */
  @Nullable WindowStats total(SeriesId series) {
    return totals.get(series);
  }

  /** The series of metrics, by name. */
  List<SeriesId> metricSeries() {
    return merging.keySet().stream().filter(series -> !series.isLatency()).sorted(BY_NAME).toList();
  }

  /** Points of a series of a metric by time; empty when it has none. */
  List<MetricPoint> metricPoints(SeriesId series) {
    return merging.getOrDefault(series, Map.of()).entrySet().stream()
        .map(bucket -> bucket.getValue().metricPoint(bucket.getKey(), time, extras))
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
   * A tenant's services, and the parts of the service {@code __other__}, are in many partitions, of
   * which some have no span in a window, or were not read: their windows are final when they are in
   * all partitions.
   */
  private void closeSpread(Coverage coverage) {
    long closedUpToMs =
        coverage.partial() ? Long.MIN_VALUE : coverage.slowestCloseMs().orElse(Long.MIN_VALUE);
    merging.forEach(
        (series, buckets) -> {
          boolean ofTenant = query.wantsTenant() && series.service().equals(SeriesId.ALL_SERVICES);
          if (ofTenant || series.service().equals(SeriesId.OTHER)) {
            buckets.values().forEach(bucket -> bucket.closeUpTo(closedUpToMs));
          }
        });
  }

  /** The unit of the samples, else that of the metric's name; null when samples have several. */
  @Nullable String unit(SeriesId series) {
    Set<String> units = new HashSet<>();
    for (MergedWindows bucket : merging.getOrDefault(series, Map.of()).values()) {
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
