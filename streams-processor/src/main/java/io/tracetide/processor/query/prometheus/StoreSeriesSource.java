package io.tracetide.processor.query.prometheus;

import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.QueryMetric;
import io.tracetide.processor.query.promql.source.SeriesSource;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.source.TierReach;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.query.promql.source.WindowRead;
import io.tracetide.processor.query.promql.source.WindowSeries;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The series of one request, read from the stores of all instances. Not thread-safe. */
final class StoreSeriesSource implements SeriesSource {
  private static final double MICROS_PER_SECOND = 1e6;

  /** Bytes of a window beside its encoded counts. */
  private static final int FRAME_BYTES = 24;

  private final Reader reader;
  private final Gauges gauges;
  private final List<WindowTier> configured;
  private @Nullable StoredTiers tiers;

  StoreSeriesSource(Reader reader, List<WindowTier> tiers) {
    this.reader = reader;
    this.gauges = new Gauges(reader);
    this.configured = tiers;
  }

  @Override
  public List<QueryMetric> metrics() {
    return SpanMetrics.ALL;
  }

  @Override
  public List<TierReach> tiers() {
    return stored().reaches();
  }

  private StoredTiers stored() {
    StoredTiers known = tiers;
    if (known == null) {
      // Each read of windows reports the missing hosts.
      known = StoredTiers.read(reader, configured, warning -> {});
      tiers = known;
    }
    return known;
  }

  @Override
  public List<WindowSeries> windows(WindowRead read, Consumer<String> warnings) {
    warnOfStatus(read, warnings);
    Optional<Scope> scope = ReadScope.of(reader.tenants(), read.matchers());
    if (scope.isEmpty() || read.fromMs() >= read.toMs()) {
      return List.of();
    }
    Collector collector = new Collector(read);
    Coverage coverage =
        reader
            .windows()
            .read(
                stored().ofSize(read.sizeMs()),
                read.fromMs(),
                read.toMs(),
                scope.get(),
                collector::add);
    StoredTiers.warnMissing(coverage.missing(), warnings);
    return collector.series();
  }

  private static void warnOfStatus(WindowRead read, Consumer<String> warnings) {
    boolean asked =
        !read.metric().equals(SpanMetrics.CALLS)
            && read.matchers().stream()
                .anyMatch(m -> m.label().equals(SpanMetrics.STATUS) && !m.matches(""));
    if (asked) {
      warnings.accept(
          "%s has no label %s: durations are not separated by status"
              .formatted(read.metric().name(), SpanMetrics.STATUS));
    }
  }

  @Override
  public List<VectorSeries> gauge(
      QueryMetric metric,
      List<SeriesMatcher> matchers,
      Steps steps,
      long offsetMs,
      Consumer<String> warnings) {
    return gauges.read(metric, matchers, steps, offsetMs, warnings);
  }

  /** Collects the windows of a read by the labels of the result. */
  private final class Collector {
    private final WindowRead read;
    private final boolean distributions;
    private final Map<SeriesId, List<WindowSeries.@Nullable Builder>> targets = new HashMap<>();
    private final Map<Labels, WindowSeries.Builder> builders = new LinkedHashMap<>();

    Collector(WindowRead read) {
      this.read = read;
      this.distributions = read.metric().kind() == QueryMetric.Kind.BUCKET;
    }

    void add(StoredWindow window) {
      reader.check().run();
      if (!window.series().isLatency()) {
        return;
      }
      List<WindowSeries.@Nullable Builder> into =
          targets.computeIfAbsent(window.series(), this::targets);
      long endMs = window.startMs() + read.sizeMs();
      for (int i = 0; i < into.size(); i++) {
        WindowSeries.Builder builder = into.get(i);
        if (builder == null) {
          continue;
        }
        if (distributions) {
          reader.memory().take(builder.add(endMs, window.encodedCounts()) + FRAME_BYTES);
        } else if (builder.add(endMs, value(window, i))) {
          reader.memory().take(FRAME_BYTES);
        }
      }
    }

    /** The builders of a stored series' series; null for those that are not selected. */
    private List<WindowSeries.@Nullable Builder> targets(SeriesId series) {
      List<WindowSeries.@Nullable Builder> found = new ArrayList<>();
      for (Labels labels : SpanMetrics.series(read.metric(), series)) {
        found.add(
            ReadScope.accepts(read.matchers(), labels)
                ? builders.computeIfAbsent(read.target().apply(labels), this::builder)
                : null);
      }
      return found;
    }

    private WindowSeries.Builder builder(Labels labels) {
      reader.memory().take(FRAME_BYTES);
      return distributions
          ? WindowSeries.Builder.ofDistributions(labels)
          : WindowSeries.Builder.ofValues(labels);
    }

    /** The value of a window in one of the series that {@link SpanMetrics#series} lists. */
    private double value(StoredWindow window, int index) {
      if (read.metric().equals(SpanMetrics.COUNT)) {
        return window.counts().stats().observations();
      }
      WindowStatsCodec.Totals totals = WindowStatsCodec.totals(window.encodedCounts());
      if (read.metric().equals(SpanMetrics.SUM)) {
        return totals.sum() / MICROS_PER_SECOND;
      }
      return index == 0 ? totals.count() - totals.errors() : totals.errors();
    }

    List<WindowSeries> series() {
      return builders.values().stream().map(WindowSeries.Builder::build).toList();
    }
  }
}
