package io.tracetide.processor.query.prometheus;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tracetide.processor.query.prometheus.PrometheusQueries.Answer;
import io.tracetide.processor.query.promql.ClassicBuckets;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.QueryMetric;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Names of series, labels and values in a range of time, read without the counts of windows. */
final class NameSearch {
  /** The range without a start. */
  private static final Duration DEFAULT_RANGE = Duration.ofHours(24);

  /** Stored series that are remembered in one request. */
  private static final int MOST_STORED = 100_000;

  /** Series that are looked at in one request. */
  private static final int MOST_FOUND = 100_000;

  private final Reader reader;
  private final StoredTiers tiers;
  private final long startMs;
  private final long endMs;
  private final int limit;
  private final Set<String> warnings;

  private NameSearch(
      Reader reader, StoredTiers tiers, long startMs, long endMs, int limit, Set<String> warnings) {
    this.reader = reader;
    this.tiers = tiers;
    this.startMs = startMs;
    this.endMs = endMs;
    this.limit = limit;
    this.warnings = warnings;
  }

  static NameSearch of(
      Reader reader, List<WindowTier> tiers, OptionalLong startMs, OptionalLong endMs, int limit) {
    Set<String> warnings = new LinkedHashSet<>();
    long end = endMs.orElse(reader.now().toEpochMilli());
    return new NameSearch(
        reader,
        StoredTiers.read(reader, tiers, warnings::add),
        Math.min(end, startMs.orElse(end - DEFAULT_RANGE.toMillis())),
        end,
        limit,
        warnings);
  }

  Answer series(List<List<SeriesMatcher>> selectors) {
    List<Labels> found = new ArrayList<>(new TreeSet<>(find(selectors)));
    return answer(
        found,
        (json, shown) -> {
          json.writeStartArray();
          for (Labels labels : shown) {
            PrometheusJson.labels(json, labels);
          }
          json.writeEndArray();
        });
  }

  Answer labels(List<List<SeriesMatcher>> selectors) {
    Set<String> names = new TreeSet<>();
    find(selectors).forEach(labels -> names.addAll(labels.asMap().keySet()));
    return answer(new ArrayList<>(names), PrometheusJson::strings);
  }

  Answer values(String label, List<List<SeriesMatcher>> selectors) {
    Set<String> values = new TreeSet<>();
    if (label.equals(Labels.NAME) && selectors.isEmpty()) {
      SpanMetrics.ALL.forEach(metric -> values.add(metric.name()));
    } else {
      find(selectors).forEach(labels -> values.add(labels.get(label)));
      values.remove("");
    }
    return answer(new ArrayList<>(values), PrometheusJson::strings);
  }

  private interface ListWriter<T> {
    void write(JsonGenerator json, Collection<T> shown) throws IOException;
  }

  private <T> Answer answer(List<T> found, ListWriter<T> writer) {
    boolean cut = found.size() > limit;
    if (cut) {
      warnings.add("results truncated due to limit");
    }
    List<T> shown = cut ? found.subList(0, limit) : found;
    return new Answer(json -> writer.write(json, shown), List.copyOf(warnings));
  }

  /** The series that any of the selectors matches; all of them without a selector. */
  private Set<Labels> find(List<List<SeriesMatcher>> selectors) {
    Set<Labels> found = new HashSet<>();
    List<List<SeriesMatcher>> any = selectors.isEmpty() ? List.of(List.of()) : selectors;
    for (List<SeriesMatcher> matchers : any) {
      Consumer<Labels> add =
          labels -> {
            if (!ReadScope.accepts(matchers, labels)) {
              return;
            }
            if (found.size() < MOST_FOUND) {
              found.add(labels);
            } else {
              warnings.add("only %d series were searched".formatted(MOST_FOUND));
            }
          };
      List<QueryMetric> metrics =
          SpanMetrics.ALL.stream()
              .filter(
                  metric ->
                      matchers.stream()
                          .filter(matcher -> matcher.label().equals(Labels.NAME))
                          .allMatch(matcher -> matcher.matches(metric.name())))
              .toList();
      if (metrics.stream().anyMatch(metric -> metric.kind() != QueryMetric.Kind.GAUGE)) {
        stored(matchers).forEach(series -> ofSpans(metrics, series, add));
      }
      metrics.stream()
          .filter(metric -> metric.kind() == QueryMetric.Kind.GAUGE)
          .forEach(metric -> ofGauge(metric, add));
    }
    return found;
  }

  private static void ofSpans(List<QueryMetric> metrics, SeriesId series, Consumer<Labels> add) {
    for (QueryMetric metric : metrics) {
      if (metric.kind() == QueryMetric.Kind.GAUGE) {
        continue;
      }
      for (Labels labels : SpanMetrics.series(metric, series)) {
        if (metric.kind() == QueryMetric.Kind.BUCKET) {
          ClassicBuckets.bounds().forEach(bound -> add.accept(labels.with(Labels.LE, bound)));
        } else {
          add.accept(labels);
        }
      }
    }
  }

  private void ofGauge(QueryMetric metric, Consumer<Labels> add) {
    Steps steps = Steps.at(Math.min(endMs, reader.now().toEpochMilli()));
    for (VectorSeries series :
        new Gauges(reader).read(metric, List.of(), steps, 0, warning -> {})) {
      add.accept(series.labels());
    }
  }

  private Set<SeriesId> stored(List<SeriesMatcher> matchers) {
    Optional<Scope> scope = ReadScope.of(reader.tenants(), matchers);
    WindowTier tier = tiers.forNames(startMs, endMs);
    long fromMs = Math.max(tier.windowStart(startMs), tiers.keptFromMs(tier));
    Set<SeriesId> found = new HashSet<>();
    if (scope.isPresent() && fromMs < endMs) {
      Coverage coverage =
          reader
              .windows()
              .readNames(
                  tier,
                  fromMs,
                  endMs,
                  scope.get(),
                  window -> {
                    reader.check().run();
                    if (window.series().isLatency() && found.size() < MOST_STORED) {
                      found.add(window.series());
                    }
                  });
      StoredTiers.warnMissing(coverage.missing(), warnings::add);
    }
    return found;
  }
}
