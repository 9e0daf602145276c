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
record LiveTopic<T>(String subscribe, String update, Function<JsonNode, T> content) {

  static final LiveTopic<MetricsChange> METRICS =
      new LiveTopic<>(
          "subscribe_metrics",
          "metrics_update",
          message -> AnswerJson.convert(message, MetricsChange.class));

  static final LiveTopic<List<Anomaly>> ANOMALIES =
      new LiveTopic<>(
          "subscribe_anomalies",
          "anomaly_detected",
          message -> list(message.path("anomalies"), Anomaly[].class));

  static final LiveTopic<List<Trace>> TRACES =
      new LiveTopic<>(
          "subscribe_traces",
          "trace_update",
          message -> list(message.path("traces"), Trace[].class));

  private static <E> List<E> list(JsonNode items, Class<E[]> type) {
    return items.isArray()
        ? List.copyOf(Arrays.asList(AnswerJson.convert(items, type)))
        : List.of();
  }
}
