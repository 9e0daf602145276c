package io.tracetide.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.query.answer.Anomaly;
import io.tracetide.query.answer.MetricsChange;
import io.tracetide.query.answer.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A kind of live query.
 *
 * @param subscribe type of the message that begins it
 * @param update type of its updates
 * @param content reads the content of an update
 */
record LiveKind<T>(String subscribe, String update, Function<JsonNode, T> content) {

  static final LiveKind<MetricsChange> METRICS =
      new LiveKind<>(
          "subscribe_metrics",
          "metrics_update",
          message -> QueryJson.convert(message, MetricsChange.class));

  static final LiveKind<List<Anomaly>> ANOMALIES =
      new LiveKind<>(
          "subscribe_anomalies",
          "anomaly_detected",
          message -> list(message.path("anomalies"), Anomaly[].class));

  static final LiveKind<List<Trace>> TRACES =
      new LiveKind<>(
          "subscribe_traces",
          "trace_update",
          message -> list(message.path("traces"), Trace[].class));

  private static <E> List<E> list(JsonNode items, Class<E[]> type) {
    return items.isArray() ? List.copyOf(Arrays.asList(QueryJson.convert(items, type))) : List.of();
  }
}
