package io.tracetide.processor.query.prometheus;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tracetide.processor.query.prometheus.PrometheusQueries.Answer;
import io.tracetide.processor.query.promql.ClassicBuckets;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.QueryMetric;
import io.tracetide.processor.query.promql.syntax.Expr;
import io.tracetide.processor.query.promql.syntax.Expr.Aggregation;
import io.tracetide.processor.query.promql.syntax.Expr.Binary;
import io.tracetide.processor.query.promql.syntax.Expr.Call;
import io.tracetide.processor.query.promql.syntax.Expr.InstantSelector;
import io.tracetide.processor.query.promql.syntax.Expr.Negation;
import io.tracetide.processor.query.promql.syntax.Expr.RangeSelector;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Traces of windows as exemplars: of durations the slowest trace of each window with its duration,
 * of failed calls a failed one, of other calls a typical one. The time of an exemplar is the end of
 * its window.
 */
final class ExemplarSearch {
  private static final double MICROS_PER_SECOND = 1e6;

  /** Enough for a chart. */
  private static final int MOST_WINDOWS = 400;

  private record Exemplar(String trace, double value, long timeMs) {}

  private final Reader reader;
  private final List<WindowTier> configured;
  private final int most;
  private final Map<Labels, List<Exemplar>> found = new TreeMap<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private int size;

  /**
   * A search.
   *
   * @param most exemplars in the answer
   */
  ExemplarSearch(Reader reader, List<WindowTier> tiers, int most) {
    this.reader = reader;
    this.configured = tiers;
    this.most = most;
  }

  /** The exemplars of all selectors of a query. */
  Answer answer(Expr query, long startMs, long endMs) {
    if (endMs < startMs) {
      throw PromqlException.badData(
          "invalid parameter \"end\": end timestamp must not be before start time");
    }
    StoredTiers tiers = StoredTiers.read(reader, configured, warnings::add);
    for (InstantSelector selector : selectors(query, new ArrayList<>())) {
      read(selector.matchers(), tiers, startMs, endMs);
    }
    return new Answer(this::write, List.copyOf(warnings));
  }

  private static List<InstantSelector> selectors(Expr expr, List<InstantSelector> into) {
    if (expr instanceof InstantSelector selector) {
      into.add(selector);
    } else if (expr instanceof RangeSelector range) {
      into.add(range.selector());
    } else if (expr instanceof Call call) {
      call.arguments().forEach(argument -> selectors(argument, into));
    } else if (expr instanceof Aggregation aggregation) {
      selectors(aggregation.of(), into);
    } else if (expr instanceof Binary binary) {
      selectors(binary.left(), into);
      selectors(binary.right(), into);
    } else if (expr instanceof Negation negation) {
      selectors(negation.of(), into);
    }
    return into;
  }

  private void read(List<SeriesMatcher> matchers, StoredTiers tiers, long startMs, long endMs) {
    List<QueryMetric> metrics =
        SpanMetrics.ALL.stream()
            .filter(metric -> metric.equals(SpanMetrics.CALLS) || metric.equals(SpanMetrics.BUCKET))
            .filter(
                metric ->
                    matchers.stream()
                        .filter(matcher -> matcher.label().equals(Labels.NAME))
                        .allMatch(matcher -> matcher.matches(metric.name())))
            .toList();
    Optional<Scope> scope = ReadScope.of(reader.tenants(), matchers);
    if (metrics.isEmpty() || scope.isEmpty()) {
      return;
    }
    WindowTier tier = tier(tiers, startMs, endMs);
    long fromMs = Math.max(tier.windowStart(startMs - 1), tier.windowStart(tiers.keptFromMs(tier)));
    long toMs = tier.windowStart(endMs);
    if (fromMs < toMs) {
      Coverage coverage =
          reader
              .windows()
              .read(
                  tier,
                  fromMs,
                  toMs,
                  scope.get(),
                  window -> add(window, tier.sizeMs(), metrics, matchers));
      StoredTiers.warnMissing(coverage.missing(), warnings::add);
    }
  }

  /** The finest tier that gives not too many windows. */
  private static WindowTier tier(StoredTiers tiers, long startMs, long endMs) {
    WindowTier chosen = tiers.tiers().get(0);
    for (WindowTier tier : tiers.tiers()) {
      boolean tooMany = endMs - startMs > MOST_WINDOWS * chosen.sizeMs();
      if (tooMany || tiers.keptFromMs(chosen) > startMs) {
        chosen = tier;
      }
    }
    return chosen;
  }

  private void add(
      StoredWindow window, long sizeMs, List<QueryMetric> metrics, List<SeriesMatcher> matchers) {
    reader.check().run();
    SeriesId series = window.series();
    if (!series.isLatency()) {
      return;
    }
    WindowStats stats = window.counts().stats();
    long endMs = window.startMs() + sizeMs;
    for (QueryMetric metric : metrics) {
      for (Labels labels : SpanMetrics.series(metric, series)) {
        if (metric.equals(SpanMetrics.BUCKET)) {
          double seconds = stats.max() / MICROS_PER_SECOND;
          Labels bucket = labels.with(Labels.LE, ClassicBuckets.boundOf(seconds));
          add(bucket, matchers, stats.slowest(), seconds, endMs);
        } else {
          boolean failed = labels.get(SpanMetrics.STATUS).equals(SpanMetrics.STATUS_ERROR);
          add(labels, matchers, failed ? stats.error() : stats.typical(), 1, endMs);
        }
      }
    }
  }

  private void add(
      Labels labels,
      List<SeriesMatcher> matchers,
      @Nullable String trace,
      double value,
      long endMs) {
    if (trace == null || !ReadScope.accepts(matchers, labels) || !Double.isFinite(value)) {
      return;
    }
    if (size == most) {
      warnings.add("only %d exemplars are listed: use a shorter time range".formatted(most));
      return;
    }
    size++;
    found.computeIfAbsent(labels, key -> new ArrayList<>()).add(new Exemplar(trace, value, endMs));
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Map.Entry<Labels, List<Exemplar>> series : found.entrySet()) {
      json.writeStartObject();
      json.writeFieldName("seriesLabels");
      PrometheusJson.labels(json, series.getKey());
      json.writeArrayFieldStart("exemplars");
      for (Exemplar exemplar : series.getValue()) {
        json.writeStartObject();
        json.writeObjectFieldStart("labels");
        json.writeStringField("trace_id", exemplar.trace());
        json.writeEndObject();
        json.writeStringField("value", PrometheusJson.text(exemplar.value()));
        json.writeFieldName("timestamp");
        json.writeNumber(PrometheusJson.seconds(exemplar.timeMs()));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
