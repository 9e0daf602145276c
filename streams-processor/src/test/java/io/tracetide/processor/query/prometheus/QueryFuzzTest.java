package io.tracetide.processor.query.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.query.promql.EvaluationLimits;
import io.tracetide.processor.query.promql.Evaluator;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.syntax.Parser;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.promql.syntax.SyntaxLimits;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random queries of the grammar have an answer, or the error of queries. */
class QueryFuzzTest {
  private static final MemoryWindows WINDOWS = new SpanHistory(3).windows();
  private static final String[] METRICS = {
    "traces_span_metrics_calls_total",
    "traces_span_metrics_duration_seconds_bucket",
    "traces_span_metrics_duration_seconds_sum",
    "tracetide_anomalies_open",
    "{__name__=~\"traces.*\"}",
    "unknown"
  };
  private static final String[] MATCHERS = {
    "",
    "",
    "{tenant=\"acme\"}",
    "{service_name=~\"shop|cart\"}",
    "{le=\"0.1\"}",
    "{span_name!~\"p.*\"}"
  };
  private static final String[] RANGES = {"10s", "15s", "1m", "75s", "5m", "1h", "1d", "90d"};
  private static final String[] OFFSETS = {"", "", " offset 7s", " offset -3h", " offset 40d"};
  private static final String[] LABELS = {"tenant", "service_name", "le", "span_name", "other", ""};
  private static final String[] OPERATORS = {
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "==",
    "!=",
    "<",
    ">= bool",
    "and",
    "or",
    "unless",
    "+ on (tenant)",
    "/ ignoring (le)",
    "* on (tenant) group_left (le)",
    "> on () group_right ()"
  };
  private static final String[] AGGREGATIONS = {"sum", "avg", "min", "max", "count"};

  @Property(tries = 1_500)
  void shouldAnswerOrReject(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int count,
      @ForAll @IntRange(min = 1, max = 700_000) int stepMs) {
    Random random = new Random(seed);
    String query = vector(random, 3);
    Steps steps = new Steps(SpanHistory.END_MS - random.nextInt(9_000_000), stepMs, count);
    try {
      assertThat(
              Evaluator.evaluate(
                  Parser.parse(query, SyntaxLimits.defaults()),
                  steps,
                  new StoreSeriesSource(reader(), WindowTier.ALL),
                  SyntaxLimits.defaults(),
                  EvaluationLimits.defaults(),
                  () -> {}))
          .isNotNull();
    } catch (PromqlException e) {
      assertThat(e.getMessage()).as(query).isNotBlank();
    }
  }

  private static Reader reader() {
    return new Reader(
        WINDOWS,
        consumer -> List.of(),
        Optional.empty(),
        Tenants.ALL,
        Instant.ofEpochMilli(SpanHistory.END_MS),
        () -> {},
        new ReadMemory(1L << 30, 1L << 30).share());
  }

  private static String vector(Random random, int depth) {
    return switch (depth == 0 ? random.nextInt(2) : random.nextInt(9)) {
      case 0 -> selector(random) + one(random, OFFSETS);
      case 1 ->
          "%s(%s[%s]%s)"
              .formatted(
                  one(random, "rate", "increase", "irate"),
                  selector(random),
                  one(random, RANGES),
                  one(random, OFFSETS));
      case 2, 3 ->
          "%s %s (%s, %s) (%s)"
              .formatted(
                  one(random, AGGREGATIONS),
                  one(random, "by", "without"),
                  one(random, "tenant", "le"),
                  one(random, LABELS),
                  vector(random, depth - 1))
              .replace(", )", ")");
      case 4 -> "topk by (tenant) (%s, %s)".formatted(scalar(random), vector(random, depth - 1));
      case 5 -> "histogram_quantile(%s, %s)".formatted(scalar(random), vector(random, depth - 1));
      case 6 ->
          "label_replace(%s, \"%s\", \"${1}x$$\", \"%s\", \"(.)(.*)\")"
              .formatted(
                  vector(random, depth - 1), one(random, "le", "x", "tenant"), one(random, LABELS));
      case 7 ->
          "(%s) %s (%s)"
              .formatted(
                  vector(random, depth - 1), one(random, OPERATORS), vector(random, depth - 1));
      default -> "-%s * %s".formatted(vector(random, depth - 1), scalar(random));
    };
  }

  private static String selector(Random random) {
    String metric = one(random, METRICS);
    return metric.startsWith("{") ? metric : metric + one(random, MATCHERS);
  }

  private static String scalar(Random random) {
    return one(random, "0.5", "-1", "2", "NaN", "Inf", "1e300", "time()", "scalar(vector(3))");
  }

  private static String one(Random random, String... options) {
    return options[random.nextInt(options.length)];
  }
}
