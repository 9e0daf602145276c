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
    return Stream.concat(basic(), combined());
  }

  /** Expressions as dashboards and alerts have them, and unusual notations. */
  private static Stream<String> combined() {
    return Stream.of(
            // Selectors.
            "calls{service_name=~\"shop|\"}",
            "calls{service_name=~\"(?i)SHOP\"}",
            "calls{service_name!~\"shop\"}",
            "calls{service_name!=\"\"}",
            "calls{service_name=~\".+\", tenant=\"default\"}",
            "calls{span_name=\"\\u0070ay\"}",
            "calls { service_name = 'shop' , }",
            "count{tenant=\"none\"}",
            "calls{service_name=\"shop\"} offset 1h",
            "calls{service_name=\"shop\",service_name=~\"s.*\"}",
            "# a comment\ncalls{tenant=\"acme\"} # and another",
            // Ranges.
            "increase(calls{service_name=\"shop\"}[60s])",
            "increase(calls[90s])",
            "increase(calls[1h] offset 30m)",
            "rate(sum{tenant=\"acme\"}[10m])",
            "rate(count[2m])",
            "increase(bucket{le=\"+Inf\", tenant=\"acme\"}[5m])",
            // Aggregations.
            "sum(sum by (service_name) (rate(calls[5m])))",
            "sum by () (rate(calls[5m]))",
            "sum without () (rate(calls[5m]))",
            "avg without (status_code, span_name) (rate(calls[5m]))",
            "max(sum by (service_name) (increase(calls[10m]))) - min(sum by (service_name)"
                + " (increase(calls[10m])))",
            "count(rate(calls[5m]) > 0)",
            "count without (status_code) (calls)",
            "topk(100, rate(calls[5m]))",
            "topk(0, rate(calls[5m]))",
            "bottomk(3, sum by (service_name, tenant, span_name)"
                + " (rate(calls{service_name!=\"batch\"}[5m])))",
            "max by (missing) (rate(calls[5m]))",
            "sum by (service_name, missing) (rate(calls[5m]))",
            "avg(rate(sum[5m])) by (tenant)",
            "sum(rate(calls{error}[5m])) / sum(rate(calls[5m])) * 100",
            // Ratios of objectives.
            "1 - sum(increase(calls{error}[30m])) / sum(increase(calls[30m]))",
            "sum by (service_name) (rate(calls{error}[5m])) / on (service_name) sum by"
                + " (service_name) (rate(calls[5m])) > 0.01",
            "(sum(rate(calls{error}[5m])) / sum(rate(calls[5m])) > 14.4 * 0.001) and"
                + " (sum(rate(calls{error}[1h])) / sum(rate(calls[1h])) > 14.4 * 0.001)",
            "sum by (service_name) (increase(bucket{le=\"0.05\"}[10m])) / sum by (service_name)"
                + " (increase(count[10m]))",
            "sum by (service_name) (rate(sum[5m])) / sum by (service_name) (rate(count[5m])) *"
                + " 1000",
            // Comparison with an earlier time.
            "sum by (service_name) (rate(calls[5m])) / sum by (service_name) (rate(calls[5m] offset"
                + " 10m)) - 1",
            "sum(increase(calls[10m])) - sum(increase(calls[10m] offset 10m))",
            "(rate(calls[5m]) - rate(calls[5m] offset 5m)) / rate(calls[5m] offset 5m) > 0.1",
            // Arithmetic.
            "rate(calls[5m]) + rate(calls[5m])",
            "rate(calls[5m]) - ignoring (span_name) group_left sum without (span_name)"
                + " (rate(calls[5m]))",
            "2 ^ -1 * sum(rate(calls[5m]))",
            "+rate(calls[5m])",
            "- - 3",
            "-(sum(rate(calls[5m])))",
            "7 % 3 - 7 % -3 + -7 % 3",
            "sum(rate(calls[5m])) % 0.3",
            "sum(rate(calls[5m])) ^ 2",
            "1e-3 * sum(rate(calls[5m])) + 1E2",
            "Inf",
            "-inf + 1",
            "nan + 1",
            "time() - 1000",
            "vector(time()) - time()",
            "vector(1) + vector(2)",
            "scalar(vector(1)) + scalar(calls)",
            // Comparisons.
            "rate(calls[5m]) == rate(calls[5m])",
            "rate(calls[5m]) != rate(calls[5m])",
            "rate(calls[5m]) < bool rate(calls[5m] offset 10m)",
            "sum by (service_name) (rate(calls[5m])) > scalar(avg(rate(calls[5m])))",
            "calls > calls offset 10m",
            "3 == bool 3",
            "vector(3) >= 3",
            "vector(2) >= 3",
            // Sets.
            "calls and calls{tenant=\"acme\"}",
            "calls or count",
            "calls unless on (tenant) calls{tenant=\"acme\"}",
            "calls and ignoring (status_code) calls{error}",
            "calls{tenant=\"acme\"} or on (tenant) calls",
            "rate(calls{service_name=\"none\"}[5m]) or vector(0)",
            "sum(rate(calls{error}[5m])) or vector(0)",
            // Functions.
            "absent(calls{service_name=~\"none.*\"})",
            "absent(sum(calls{service_name=\"none\"}))",
            "ceil(-rate(calls[5m]))",
            "floor(-rate(calls[5m]))",
            "clamp_max(clamp_min(rate(calls[5m]), 0.2), 0.4)",
            "label_replace(calls, \"service\", \"$1\", \"service_name\", \"(.*)\")",
            "label_replace(calls, \"x\", \"y\", \"missing\", \"\")",
            "sum by (x) (label_replace(rate(calls[5m]), \"x\", \"$1\", \"service_name\","
                + " \"(.).*\"))",
            "sort_desc(topk(3, sum by (service_name, tenant) (increase(calls[10m]))))",
            "histogram_quantile(0.9, sum by (le) (rate(bucket{service_name=\"none\"}[5m])))")
        .map(ParityExpressions::named);
  }

  /** Names of metrics written in full. */
  private static String named(String expression) {
    return expression
        .replaceAll("\\bcalls\\b", CALLS)
        .replaceAll("\\bbucket\\b", BUCKET)
        .replaceAll("\\bsum(?=[{\\[])", SUM)
        .replaceAll("\\bcount(?=[{\\[])|(?<= or )count", COUNT)
        .replaceAll("\\{error\\}", "{" + ERROR + "}");
  }

  private static Stream<String> basic() {
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
        List.of("predict_linear(" + CALLS + "[5m], 60)", "'predict_linear' is not supported"),
        List.of("avg_over_time(" + CALLS + "[5m])", "'avg_over_time' is not supported"),
        List.of("changes(" + CALLS + "[5m])", "'changes' is not supported"),
        List.of("group by (tenant) (" + CALLS + ")", "'group' is not supported"),
        List.of("round(" + CALLS + ", 5)", "'round' is not supported"),
        List.of("hour()", "'hour' is not supported"),
        List.of("timestamp(" + CALLS + ")", "'timestamp' is not supported"),
        List.of("ln(" + CALLS + ")", "'ln' is not supported"),
        List.of("histogram_fraction(0, 1, " + BUCKET + ")", "is not supported"),
        List.of("rate(" + CALLS + "[5s])", "shorter than a window"),
        List.of("label_join(" + CALLS + ", \"a\", \"-\", \"tenant\")", "is not supported"));
  }
}
