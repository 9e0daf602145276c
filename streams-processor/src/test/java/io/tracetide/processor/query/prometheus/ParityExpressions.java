package io.tracetide.processor.query.prometheus;

import java.util.List;
import java.util.stream.Stream;

/** Expressions that Prometheus and Tracetide are asked. */
final class ParityExpressions {
  private static final String CALLS = "traces_span_metrics_calls_total";
  private static final String BUCKET = "traces_span_metrics_duration_seconds_bucket";
  private static final String SUM = "traces_span_metrics_duration_seconds_sum";
  private static final String COUNT = "traces_span_metrics_duration_seconds_count";
  private static final String ERROR = "status_code=\"STATUS_CODE_ERROR\"";

  private ParityExpressions() {}

  /** Both give the same values at the ends of windows. */
  static Stream<String> equal() {
    return Stream.of(
        // Selectors.
        CALLS,
        CALLS + "{service_name=\"shop\"}",
        CALLS + "{service_name!=\"shop\"}",
        CALLS + "{service_name=~\"shop|cart\", tenant!~\"ac.*\"}",
        CALLS + "{span_name=~\"run nightly|pa.\"}",
        CALLS + "{service_name=~\"sho\"}",
        CALLS + "{missing=\"\", service_name=\"cart\"}",
        CALLS + "{missing=~\"x?\", service_name=\"cart\"}",
        CALLS + "{service_name=~\".*\\\\x{70}\"}",
        "{__name__=\"" + CALLS + "\", tenant=\"acme\"}",
        "{__name__=~\"traces_span_metrics_(calls_total|duration_seconds_count)\", tenant='acme'}",
        SUM + "{tenant=`default`}",
        COUNT,
        BUCKET + "{service_name=\"cart\"}",
        BUCKET + "{le=\"0.1\"}",
        BUCKET + "{le=~\"0.1|[+]Inf\"}",
        CALLS + " offset 10m",
        CALLS + "{service_name=\"shop\"} offset -10s",
        // Ranges.
        "increase(" + CALLS + "[10m])",
        "rate(" + CALLS + "[5m])",
        "rate(" + CALLS + "[1m])",
        "rate(" + CALLS + "[1h])",
        "increase(" + CALLS + "[1h30m])",
        "rate(" + CALLS + "[5m] offset 20m)",
        "irate(" + CALLS + "[1m])",
        "rate(" + SUM + "[5m])",
        "increase(" + COUNT + "[10m])",
        "rate(" + BUCKET + "{service_name=\"cart\"}[5m])",
        "rate(" + BUCKET + "{le=\"0.05\"}[5m])",
        // Aggregations.
        "sum(rate(" + CALLS + "[5m]))",
        "sum by (service_name) (rate(" + CALLS + "[5m]))",
        "sum by (tenant, service_name) (increase(" + CALLS + "{" + ERROR + "}[10m]))",
        "sum without (span_name, status_code) (rate(" + CALLS + "[5m]))",
        "sum(" + CALLS + ") by (tenant)",
        "avg by (service_name) (rate(" + CALLS + "[5m]))",
        "min(rate(" + CALLS + "[5m]))",
        "max by (tenant) (rate(" + CALLS + "[5m]))",
        "count by (service_name) (" + CALLS + ")",
        "count(" + CALLS + "{service_name=\"none\"})",
        "topk(2, sum by (service_name, tenant) (rate(" + CALLS + "[5m])))",
        "bottomk(1, sum by (service_name, tenant) (rate(" + CALLS + "[5m])))",
        "topk by (tenant) (1, rate(" + CALLS + "[10m]))",
        "sum by (le) (rate(" + BUCKET + "[5m]))",
        "sum by (service_name) (rate(" + BUCKET + "{le=\"+Inf\"}[5m]))",
        "sum without (le) (rate(" + BUCKET + "{service_name=\"cart\",le=\"0.1\"}[5m]))",
        // Arithmetic.
        "sum by (service_name) (rate("
            + SUM
            + "[5m])) / sum by (service_name) (rate("
            + COUNT
            + "[5m]))",
        "100 * sum by (service_name) (rate("
            + CALLS
            + "{"
            + ERROR
            + "}[5m])) / sum by"
            + " (service_name) (rate("
            + CALLS
            + "[5m]))",
        "rate(" + CALLS + "[5m]) * 60 + 1 - 2 ^ 3 ^ 0.5",
        "-rate(" + CALLS + "[5m]) % 2",
        "2 * 3 + 4 / 5 - -1",
        "-2 ^ 2",
        "1 / 0",
        "-1 / 0",
        "0 / 0",
        "0x1F + 1e3 + .5",
        "1 - sum by (le) (rate("
            + BUCKET
            + "{le=\"0.1\"}[5m])) / ignoring (le) group_left"
            + " sum(rate("
            + COUNT
            + "[5m]))",
        // Comparisons.
        "rate(" + CALLS + "[5m]) > 0.5",
        "0.5 > rate(" + CALLS + "[5m])",
        "rate(" + CALLS + "[5m]) >= bool 0.5",
        "1 < bool 2",
        CALLS + " > 1000 < 1e6",
        "rate("
            + CALLS
            + "{"
            + ERROR
            + "}[5m]) > on (tenant, service_name, span_name) (0.05 * rate("
            + CALLS
            + "{status_code=\"STATUS_CODE_UNSET\"}[5m]))",
        "rate("
            + CALLS
            + "{"
            + ERROR
            + "}[5m]) / ignoring (status_code) rate("
            + CALLS
            + "{status_code=\"STATUS_CODE_UNSET\"}[5m])",
        "rate("
            + CALLS
            + "[5m]) / on (service_name, tenant) group_left sum by (service_name,"
            + " tenant) (rate("
            + CALLS
            + "[5m]))",
        "sum by (tenant) (rate("
            + CALLS
            + "[5m])) * on (tenant) group_right rate("
            + CALLS
            + "[5m])",
        // Sets.
        "rate("
            + CALLS
            + "[5m]) and on (service_name) (sum by (service_name) (rate("
            + CALLS
            + "[5m])) > 1)",
        "sum by (service_name) (rate(" + CALLS + "[5m])) or vector(0)",
        "rate(" + CALLS + "[5m]) unless rate(" + CALLS + "{tenant=\"acme\"}[5m])",
        // Functions.
        "label_replace(" + CALLS + ", \"svc\", \"$1-x\", \"service_name\", \"(.*)op\")",
        "label_replace(rate(" + CALLS + "[5m]), \"span_name\", \"\", \"span_name\", \"pay\")",
        "label_replace(rate("
            + CALLS
            + "[5m]), \"x\", \"${a}$$\", \"tenant\","
            + " \"(?P<a>..).*\")",
        "abs(-rate(" + CALLS + "[5m]))",
        "ceil(rate(" + CALLS + "[5m]))",
        "floor(rate(" + CALLS + "[5m]))",
        "clamp_min(rate(" + CALLS + "[5m]), 0.3)",
        "clamp_max(rate(" + CALLS + "[5m]), 0.3)",
        "sort(sum by (service_name) (rate(" + CALLS + "[5m])))",
        "sort_desc(sum by (service_name) (rate(" + CALLS + "[5m])))",
        "absent(" + CALLS + "{service_name=\"none\"})",
        "absent(" + CALLS + ")",
        "scalar(sum(rate(" + CALLS + "[5m]))) * 2",
        "vector(7)",
        "time()",
        "histogram_quantile(2, rate(" + BUCKET + "[5m]))",
        "histogram_quantile(-1, rate(" + BUCKET + "[5m]))",
        "histogram_quantile(0.9, avg by (le) (rate(" + BUCKET + "[5m])))");
  }

  /** Quantiles that Prometheus gets from buckets of 2 %, of the metric fine_seconds. */
  static List<String> quantiles() {
    return List.of(
        "histogram_quantile(0.95, rate(" + BUCKET + "[5m]))",
        "histogram_quantile(0.5, sum by (le, service_name) (rate(" + BUCKET + "[10m])))",
        "histogram_quantile(0.95, sum by (le, service_name) (rate(" + BUCKET + "[5m])))",
        "histogram_quantile(0.99, sum by (le) (rate(" + BUCKET + "[10m])))",
        "histogram_quantile(0.9, sum without (span_name) (increase(" + BUCKET + "[1h])))",
        "histogram_quantile(0.95, sum by (le, svc) (label_replace(rate("
            + BUCKET
            + "[10m]), \"svc\", \"$1\", \"service_name\", \"(.*)\")))",
        "histogram_quantile(0.75, sum by (tenant, le) (rate(" + BUCKET + "[30m] offset 10m)))",
        "histogram_quantile(0.95, sum by (le) (rate(" + BUCKET + "[10m]))) > 0.01");
  }

  /** Expressions that are refused, each with a part of the reason. */
  static Stream<List<String>> refused() {
    return Stream.of(
        List.of("deriv(" + CALLS + "[5m])", "'deriv' is not supported"),
        List.of("quantile(0.5, " + CALLS + ")", "Supported aggregations: sum, avg"),
        List.of("stddev by (tenant) (" + CALLS + ")", "'stddev' is not supported"),
        List.of("count_values(\"v\", " + CALLS + ")", "is not supported"),
        List.of("max_over_time(rate(" + CALLS + "[1m])[10m:1m])", "is not supported"),
        List.of("rate(" + CALLS + "[10m:1m])", "subqueries"),
        List.of(CALLS + " @ 1772359200", "modifier @"),
        List.of("rate(" + CALLS + "[5m] @ end())", "modifier @"),
        List.of("delta(" + CALLS + "[5m])", "Supported functions: rate, increase"),
        List.of("resets(" + CALLS + "[5m])", "'resets' is not supported"),
        List.of(CALLS + "[5m]", "a range vector has to be the argument"),
        List.of("1 atan2 2", "atan2"),
        List.of("rate(" + CALLS + "[5s])", "shorter than a window"),
        List.of("label_join(" + CALLS + ", \"a\", \"-\", \"tenant\")", "is not supported"));
  }
}
