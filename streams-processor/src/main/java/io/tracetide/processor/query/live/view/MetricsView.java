package io.tracetide.processor.query.live.view;

import io.tracetide.processor.query.http.AnswerJson;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.window.Analytics;
import io.tracetide.processor.query.window.AnalyticsAnswer;
import io.tracetide.processor.query.window.AnalyticsQuery;
import io.tracetide.processor.query.window.WindowUpdates;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Points of windows. Those of base windows are made of the changes alone. A point that merges
 * several windows or services is read again when one of them has changed, whatever the number of
 * clients.
 */
final class MetricsView implements LiveView {
  private static final int MOST_TOUCHED = 10_000;

  private final Function<Instant, AnalyticsQuery> query;
  private final Tenants tenants;
  private final Analytics analytics;
  private final WindowUpdates updates;

  /** Tenants and services of points to read again, by the start of the point. */
  private final TreeMap<Long, Map<String, Set<String>>> touched = new TreeMap<>();

  private int touchedServices;

  /** Identifies a point of a series in messages. */
  private record PointKey(Record series, Instant start) {}

  /** Identifies a series in messages. */
  private record SeriesKey(String tenant, String service, String operation) {}

  /** Identifies a series of a metric in messages. */
  private record MetricKey(SeriesKey series, String metric, Map<String, String> attributes) {}

  /**
   * A view of the windows of all instances.
   *
   * @param query the query whose range ends at a time
   * @param base tier of the windows that change
   */
  MetricsView(
      Function<Instant, AnalyticsQuery> query, Analytics analytics, WindowTier base, Instant now) {
    AnalyticsQuery first = query.apply(now);
    this.query = query;
    this.tenants = first.tenants();
    this.analytics = analytics;
    this.updates = new WindowUpdates(first, base);
  }

  @Override
  public LiveTopic topic() {
    return LiveTopic.METRICS;
  }

  @Override
  public Tenants tenants() {
    return tenants;
  }

  @Override
  public Set<String> services() {
    return updates.services();
  }

  @Override
  public void take(SharedChange change, long nowMs, Consumer<Item> items) {
    if (!(change instanceof SharedChange.OfWindow window)
        || !updates.isInRange(window.startMs(), nowMs)) {
      return;
    }
    SeriesId series = window.series();
    switch (updates.effect(series)) {
      case POINT -> items.accept(window.item(nowMs));
      case MERGE -> touch(series, updates.pointStart(window.startMs()));
      case NONE -> {}
    }
  }

  private void touch(SeriesId series, long pointMs) {
    Set<String> services =
        touched
            .computeIfAbsent(pointMs, start -> new TreeMap<>())
            .computeIfAbsent(series.tenant(), tenant -> new TreeSet<>());
    if (services.add(updates.mergesServices() ? SeriesId.ALL_SERVICES : series.service())
        && ++touchedServices > MOST_TOUCHED) {
      touchedServices -= size(touched.remove(touched.firstKey()));
    }
  }

  private static int size(Map<String, Set<String>> point) {
    return point.values().stream().mapToInt(Set::size).sum();
  }

  @Override
  public Record read(Instant now, CancellationCheck cancellation) {
    return analytics.answer(query.apply(now), cancellation);
  }

  @Override
  public List<Supplier<List<Item>>> readAgain(int most) {
    List<Supplier<List<Item>>> reads = new ArrayList<>();
    Iterator<Map.Entry<Long, Map<String, Set<String>>>> points =
        touched.descendingMap().entrySet().iterator();
    while (points.hasNext() && reads.size() < most) {
      Map.Entry<Long, Map<String, Set<String>>> point = points.next();
      touchedServices -= size(point.getValue());
      points.remove();
      point
          .getValue()
          .forEach((tenant, services) -> reads.add(() -> point(point.getKey(), tenant, services)));
    }
    return reads;
  }

  private List<Item> point(long startMs, String tenant, Set<String> services) {
    AnalyticsAnswer answer =
        analytics.answer(
            updates.ofPoint(startMs, Tenants.of(tenant), services), CancellationCheck.endless());
    List<Item> items = new ArrayList<>();
    answer.series().forEach(series -> items.add(item(series)));
    answer.metricSeries().forEach(series -> items.add(item(series)));
    return items;
  }

  private static Item item(AnalyticsAnswer.Series series) {
    return new Item(
        LiveTopic.METRICS.sections().get(0),
        new PointKey(
            new SeriesKey(series.tenant(), series.service(), series.operation()),
            series.points().get(0).start()),
        AnswerJson.bytes(series));
  }

  private static Item item(AnalyticsAnswer.MetricSeries series) {
    SeriesKey of = new SeriesKey(series.tenant(), series.service(), series.operation());
    return new Item(
        LiveTopic.METRICS.sections().get(1),
        new PointKey(
            new MetricKey(of, series.metric(), series.attributes()),
            series.points().get(0).start()),
        AnswerJson.bytes(series));
  }
}
