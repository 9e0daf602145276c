package io.tracetide.processor.query.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.processor.query.prometheus.SpanHistory.Span;
import io.tracetide.processor.query.promql.EvaluationLimits;
import io.tracetide.processor.query.promql.Evaluator;
import io.tracetide.processor.query.promql.QueryOutcome;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.query.promql.syntax.Parser;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.promql.syntax.SyntaxLimits;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Answers equal what is recomputed from the spans. */
class QueryTruthTest {
  private static final SpanHistory HISTORY = new SpanHistory(7);
  private static final MemoryWindows WINDOWS = HISTORY.windows();
  private static final long WINDOW_MS = 10_000;
  private static final List<String> GROUPS =
      List.of("service_name", "tenant", "span_name", "tenant, service_name, span_name", "");

  @Property(tries = 300)
  void shouldCountTheSpansOfARangeExactly(
      @ForAll @IntRange(min = 1, max = 720) int windows,
      @ForAll @IntRange(min = 0, max = 72_000) int tenthsBeforeTheEnd,
      @ForAll @IntRange(min = 0, max = 4) int grouping,
      @ForAll boolean failedOnly) {
    long rangeMs = windows * WINDOW_MS;
    long timeMs = SpanHistory.END_MS - tenthsBeforeTheEnd * 100L;
    // Before, windows of 10 s are not kept, and the range is no multiple of a minute.
    Assume.that(timeMs - rangeMs >= SpanHistory.START_MS);
    String by = GROUPS.get(grouping);
    String query =
        "sum by (%s) (increase(traces_span_metrics_calls_total%s[%ds]))"
            .formatted(by, failedOnly ? "{status_code=\"STATUS_CODE_ERROR\"}" : "", rangeMs / 1000);

    Map<Labels, Double> counted = values(query, timeMs);

    Map<Labels, List<Span>> truth = truth(timeMs, rangeMs, by);
    truth.forEach(
        (labels, spans) ->
            assertThat(counted.remove(labels))
                .as("%s at %s, %s", query, Instant.ofEpochMilli(timeMs), labels)
                .isEqualTo(
                    (double) spans.stream().filter(span -> !failedOnly || span.failed()).count()));
    // A series that was silent in the range only.
    assertThat(counted.values()).allMatch(value -> value == 0);
  }

  @Property(tries = 150)
  void shouldGiveQuantilesWithinOnePercent(
      @ForAll @IntRange(min = 6, max = 360) int windows,
      @ForAll @IntRange(min = 0, max = 300) int windowsBeforeTheEnd,
      @ForAll @IntRange(min = 0, max = 100) int percent,
      @ForAll @IntRange(min = 0, max = 4) int grouping) {
    long rangeMs = windows * WINDOW_MS;
    long timeMs = SpanHistory.END_MS - windowsBeforeTheEnd * WINDOW_MS;
    String by = GROUPS.get(grouping);
    String query =
        "histogram_quantile(%s, sum by (le, %s)".formatted(percent / 100.0, by).replace(", )", ")")
            + " (rate(traces_span_metrics_duration_seconds_bucket[%ds])))"
                .formatted(rangeMs / 1000);

    Map<Labels, Double> quantiles = values(query, timeMs);

    truth(timeMs, rangeMs, by)
        .forEach(
            (labels, spans) -> {
              double[] sorted = spans.stream().mapToDouble(Span::micros).sorted().toArray();
              int rank = (int) Math.ceil(percent / 100.0 * sorted.length - 1e-9);
              double exact = sorted[Math.max(1, rank) - 1] / 1e6;
              assertThat(quantiles.get(labels))
                  .as("%s at %d, %s", query, timeMs, labels)
                  .isCloseTo(exact, within(exact * 0.01));
            });
  }

  @Property(tries = 100)
  void shouldAddDurationsAndScaleRangesThatAreNoMultipleOfAWindow(
      @ForAll @IntRange(min = 10, max = 3_000) int rangeSeconds,
      @ForAll @IntRange(min = 0, max = 3_000) int secondsBeforeTheEnd) {
    long rangeMs = rangeSeconds * 1_000L;
    long timeMs = SpanHistory.END_MS - secondsBeforeTheEnd * 1_000L;
    String query =
        "sum(rate(traces_span_metrics_duration_seconds_sum[%ds]))".formatted(rangeSeconds);

    double rate = values(query, timeMs).getOrDefault(Labels.NONE, Double.NaN);

    List<Span> spans = HISTORY.in(timeMs, rangeMs, span -> true);
    long covered =
        WindowTier.BASE.windowStart(timeMs) - WindowTier.BASE.windowStart(timeMs - rangeMs);
    double sum = spans.stream().mapToDouble(span -> span.micros() / 1e6).sum();
    assertThat(rate).isCloseTo(sum * 1_000 / covered, within(1e-9 * sum));
  }

  @Test
  void shouldCountTheSameInEveryTier() {
    // The tier of 10 s reaches back one hour from here, the query two hours.
    long nowMs = SpanHistory.END_MS + 3_600_000;
    MemoryWindows windows = HISTORY.windows().closedUpTo(nowMs);
    Steps steps = new Steps(SpanHistory.START_MS + 1_800_000, 600_000, 9);

    QueryOutcome outcome =
        evaluate("sum(increase(traces_span_metrics_calls_total[30m]))", steps, windows, nowMs);

    VectorSeries series = ((VectorValue) outcome.value()).series().get(0);
    for (int step = 0; step < steps.count(); step++) {
      assertThat(series.samples().get(step))
          .isEqualTo(HISTORY.in(steps.timeMs(step), 1_800_000, span -> true).size());
    }
    assertThat(outcome.warnings()).isEmpty();
  }

  @Test
  void shouldNotAnswerFromWindowsThatAreLongerThanTheRange() {
    long nowMs = SpanHistory.END_MS + 30 * 3_600_000L;
    MemoryWindows windows = HISTORY.windows().closedUpTo(nowMs);
    String query = "sum(increase(traces_span_metrics_calls_total[5m]))";

    assertThatThrownBy(() -> evaluate(query, Steps.at(SpanHistory.END_MS), windows, nowMs))
        .isInstanceOf(PromqlException.class)
        .hasMessageContaining("only windows of 1h are kept")
        .hasMessageContaining("[5m]");
    Steps hours = new Steps(SpanHistory.END_MS, 3_600_000, 20);
    QueryOutcome outcome = evaluate(query, hours, windows, nowMs);
    assertThat(outcome.warnings()).singleElement().asString().contains("only windows of 1h");
  }

  @Test
  void shouldSayThatOlderWindowsAreNotKept() {
    QueryOutcome outcome =
        evaluate(
            "sum(increase(traces_span_metrics_calls_total[60d]))",
            Steps.at(SpanHistory.END_MS),
            WINDOWS,
            SpanHistory.END_MS);

    assertThat(((VectorValue) outcome.value()).series().get(0).samples().get(0))
        .isEqualTo(HISTORY.spans.size());
    assertThat(outcome.warnings()).singleElement().asString().contains("are not kept");
  }

  @Test
  void shouldKeepASilentSeriesForFiveMinutes() {
    String query = "rate(traces_span_metrics_calls_total{service_name=\"batch\"}[10s])";
    // It has a window every three minutes; the last one ends here.
    long lastMs =
        HISTORY.spans.stream()
            .filter(span -> span.series().service().equals("batch"))
            .mapToLong(span -> WindowTier.BASE.windowStart(span.endMs()) + WINDOW_MS)
            .max()
            .orElseThrow();

    assertThat(values(query, lastMs)).hasSize(2);
    assertThat(values(query, lastMs + 60_000).values()).containsOnly(0.0);
    assertThat(values(query, lastMs + 300_000).values()).containsOnly(0.0);
    assertThat(values(query, lastMs + 310_000)).isEmpty();
  }

  @Test
  void shouldReadTheTenantsOfTheCallerOnly() {
    Reader reader =
        new Reader(
            WINDOWS,
            consumer -> List.of(),
            Optional.empty(),
            Tenants.of("acme"),
            Instant.ofEpochMilli(SpanHistory.END_MS),
            () -> {},
            new ReadMemory(1L << 30, 1L << 30).share());
    for (String query :
        List.of(
            "traces_span_metrics_calls_total",
            "rate(traces_span_metrics_calls_total{tenant=~\"default|acme\"}[5m])",
            "sum by (tenant) (rate(traces_span_metrics_calls_total{tenant!=\"x\"}[5m]))")) {
      QueryOutcome outcome = evaluate(query, Steps.at(SpanHistory.END_MS), reader);
      assertThat(((VectorValue) outcome.value()).series())
          .isNotEmpty()
          .allSatisfy(series -> assertThat(series.labels().get("tenant")).isEqualTo("acme"));
    }
    QueryOutcome other =
        evaluate(
            "traces_span_metrics_calls_total{tenant=\"default\"}",
            Steps.at(SpanHistory.END_MS),
            reader);
    assertThat(((VectorValue) other.value()).series()).isEmpty();
  }

  private static Map<Labels, List<Span>> truth(long timeMs, long rangeMs, String by) {
    return HISTORY.in(timeMs, rangeMs, span -> true).stream()
        .collect(Collectors.groupingBy(span -> labels(span, by)));
  }

  private static Labels labels(Span span, String by) {
    Map<String, String> labels = new TreeMap<>();
    for (String label : by.split(", ")) {
      switch (label) {
        case "tenant" -> labels.put(label, span.series().tenant());
        case "service_name" -> labels.put(label, span.series().service());
        case "span_name" -> labels.put(label, span.series().operation());
        default -> assertThat(label).isEmpty();
      }
    }
    return Labels.of(labels);
  }

  private static Map<Labels, Double> values(String query, long timeMs) {
    QueryOutcome outcome = evaluate(query, Steps.at(timeMs), WINDOWS, SpanHistory.END_MS);
    Map<Labels, Double> values = new HashMap<>();
    for (VectorSeries series : new ArrayList<>(((VectorValue) outcome.value()).series())) {
      assertThat(values.put(series.labels(), series.samples().get(0))).isNull();
    }
    return values;
  }

  private static QueryOutcome evaluate(
      String query, Steps steps, MemoryWindows windows, long nowMs) {
    return evaluate(
        query,
        steps,
        new Reader(
            windows,
            consumer -> List.of(),
            Optional.empty(),
            Tenants.ALL,
            Instant.ofEpochMilli(nowMs),
            () -> {},
            new ReadMemory(1L << 30, 1L << 30).share()));
  }

  private static QueryOutcome evaluate(String query, Steps steps, Reader reader) {
    return Evaluator.evaluate(
        Parser.parse(query, SyntaxLimits.defaults()),
        steps,
        new StoreSeriesSource(reader, WindowTier.ALL),
        SyntaxLimits.defaults(),
        EvaluationLimits.defaults(),
        reader.check());
  }
}
