package io.tracetide.processor.query.jaeger;

import com.linecorp.armeria.common.QueryParams;
import io.tracetide.processor.query.promql.source.Steps;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request of Jaeger's {@code /api/metrics}.
 *
 * @param services at least one
 * @param quantile 0 to 1; only of latencies
 * @param byOperation whether each operation has a series of its own
 * @param steps times of the points
 * @param ratePerMs time over which rates and quantiles are computed
 */
record MetricsQuery(
    Kind kind,
    List<String> services,
    double quantile,
    boolean byOperation,
    Steps steps,
    long ratePerMs) {

  private static final long HOUR_MS = 3_600_000;
  private static final long DEFAULT_STEP_MS = 5_000;
  private static final long DEFAULT_RATE_MS = 600_000;
  private static final long LONGEST_MS = 366L * 24 * HOUR_MS;
  private static final long LATEST_MS = Instant.parse("2500-01-01T00:00:00Z").toEpochMilli();
  private static final int MOST_SERVICES = 100;
  private static final int MOST_STEPS = 11_000;
  private static final Set<String> SPAN_KINDS =
      Set.of("unspecified", "internal", "server", "client", "producer", "consumer");

  /** The metrics. */
  enum Kind {
    LATENCIES("latencies"),
    CALLS("call_rate"),
    ERRORS("error_rate");

    private final String name;

    Kind(String name) {
      this.name = name;
    }
  }

  MetricsQuery {
    services = List.copyOf(services);
  }

  /**
   * Parses a request.
   *
   * @throws IllegalArgumentException with the reason
   */
  static MetricsQuery parse(String path, QueryParams params, Instant now) {
    Kind kind =
        switch (path) {
          case "latencies" -> Kind.LATENCIES;
          case "calls" -> Kind.CALLS;
          case "errors" -> Kind.ERRORS;
          default ->
              throw new IllegalArgumentException(
                  "unknown metrics, use /api/metrics/latencies, calls, errors or minstep");
        };
    List<String> services = params.getAll("service");
    if (services.isEmpty() || services.size() > MOST_SERVICES) {
      throw new IllegalArgumentException(
          "parameter 'service' is required, at most " + MOST_SERVICES + " times");
    }
    for (String spanKind : params.getAll("spanKind")) {
      if (!SPAN_KINDS.contains(spanKind.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "unsupported span kind, use "
                + String.join(", ", SPAN_KINDS.stream().sorted().toList()));
      }
    }
    return new MetricsQuery(
        kind,
        services,
        kind == Kind.LATENCIES ? quantile(params.get("quantile")) : Double.NaN,
        flag(params.get("groupByOperation")),
        steps(params, now),
        millis(params, "ratePer", DEFAULT_RATE_MS, LONGEST_MS));
  }

  private static Steps steps(QueryParams params, Instant now) {
    long endMs = millis(params, "endTs", now.toEpochMilli(), LATEST_MS);
    long lookbackMs = millis(params, "lookback", HOUR_MS, LONGEST_MS);
    long stepMs = millis(params, "step", DEFAULT_STEP_MS, LONGEST_MS);
    long count = lookbackMs / stepMs + 1;
    if (count > MOST_STEPS) {
      throw new IllegalArgumentException(
          "lookback / step is more than " + MOST_STEPS + " points: use a longer step");
    }
    long startMs = endMs - (count - 1) * stepMs;
    if (startMs < 0) {
      throw new IllegalArgumentException("endTs - lookback is before 1970");
    }
    return new Steps(startMs, stepMs, (int) count);
  }

  private static double quantile(@Nullable String text) {
    try {
      double quantile = text == null ? Double.NaN : Double.parseDouble(text);
      if (quantile > 0 && quantile <= 1) {
        return quantile;
      }
    } catch (NumberFormatException e) {
      // rejected below
    }
    throw new IllegalArgumentException(
        "parameter 'quantile' is required, a number above 0 and up to 1 such as 0.95");
  }

  private static boolean flag(@Nullable String text) {
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw new IllegalArgumentException("parameter 'groupByOperation' is true or false");
  }

  private static long millis(QueryParams params, String name, long otherwise, long most) {
    String text = params.get(name);
    if (text == null) {
      return otherwise;
    }
    boolean number = text.matches("[0-9]{1,18}");
    if (!number || Long.parseLong(text) < 1 || Long.parseLong(text) > most) {
      throw new IllegalArgumentException(
          "parameter '%s' is a whole number of milliseconds, 1 to %d".formatted(name, most));
    }
    return Long.parseLong(text);
  }

  /** The query in PromQL. */
  String promql() {
    String labels = byOperation ? "service_name, span_name" : "service_name";
    String selected =
        "service_name=~\""
            + services.stream().map(MetricsQuery::literal).collect(Collectors.joining("|"))
            + "\"";
    return switch (kind) {
      case LATENCIES ->
          "1000 * histogram_quantile(%s, sum by (%s, le) (%s))"
              .formatted(
                  Double.toString(quantile),
                  labels,
                  rate("traces_span_metrics_duration_seconds_bucket", selected));
      case CALLS -> calls(labels, selected);
      case ERRORS ->
          calls(labels, selected + ", status_code=\"STATUS_CODE_ERROR\"")
              + " / "
              + calls(labels, selected);
    };
  }

  private String calls(String labels, String selected) {
    return "sum by (%s) (%s)".formatted(labels, rate("traces_span_metrics_calls_total", selected));
  }

  private String rate(String metric, String selected) {
    return "rate(%s{%s}[%dms])".formatted(metric, selected, ratePerMs);
  }

  /** A regular expression in a string of PromQL that matches a name only. */
  private static String literal(String name) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if ("\\.+*?()|[]{}^$".indexOf(c) >= 0) {
        text.append("\\\\").append(c == '\\' ? "\\\\" : c);
      } else if (c == '"') {
        text.append("\\\"");
      } else if (c == '\n') {
        text.append("\\n");
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** Jaeger's name of the metric. */
  String name() {
    return (byOperation ? "service_operation_" : "service_") + kind.name;
  }

  /** Jaeger's description of the metric. */
  String help() {
    String grouped = byOperation ? "grouped by service & operation" : "grouped by service";
    return switch (kind) {
      case LATENCIES -> "%sth quantile latency, %s".formatted(Double.toString(quantile), grouped);
      case CALLS -> "calls/sec, " + grouped;
      case ERRORS -> "error rate, computed as a fraction of errors/sec over calls/sec, " + grouped;
    };
  }
}
