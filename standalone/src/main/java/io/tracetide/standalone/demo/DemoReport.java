package io.tracetide.standalone.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tracetide.standalone.replay.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A lifecycle event of a running workflow, in the gateway's own JSON.
 *
 * @param root the workflow's own span, complete with its end
 * @param order its position among the events of the workflow
 * @param atMicros time of the event
 * @param type STARTED, UPDATED or COMPLETED
 * @param progress in percent
 * @param current the current operation
 * @param event a span event
 */
record DemoReport(
    FinishedSpan root,
    int order,
    long atMicros,
    String type,
    int progress,
    String current,
    Optional<Happening> event) {
  static final String STARTED = "STARTED";
  static final String UPDATED = "UPDATED";
  static final String COMPLETED = "COMPLETED";

  /** The tag by which the contract of the demonstration selects workflows. */
  static final Map<String, String> TAGS = Map.of("mode", "supervised");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A span event of a type with a meaning in Tracetide. */
  record Happening(String type, String name, Map<String, String> attributes) {
    Happening {
      attributes = Map.copyOf(attributes);
    }
  }

  /** Several of them as one request. */
  static Batch batch(List<DemoReport> reports) {
    long lastMs = reports.get(reports.size() - 1).atMicros() / 1_000;
    return new Batch(reports.size(), lastMs, Batch.JSON, () -> bytes(reports));
  }

  private static byte[] bytes(List<DemoReport> reports) {
    ArrayNode all = JSON.createArrayNode();
    reports.forEach(report -> all.add(report.json()));
    try {
      return JSON.writeValueAsBytes(all);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Writing to memory does not fail.
    }
  }

  private ObjectNode json() {
    Operation operation = root.step().operation();
    ObjectNode json = JSON.createObjectNode();
    json.put("type", type);
    json.put("traceId", traceId(root));
    json.put("spanId", hex(root.spanId()));
    json.put("serviceName", operation.service());
    json.put("operationName", operation.name());
    json.put("spanKind", "SERVER");
    json.put("timestamp", time(atMicros));
    json.put("progressPercentage", progress);
    json.put("currentOperation", current);
    json.put("status", status());
    if (type.equals(COMPLETED)) {
      json.put("durationMicros", root.endMicros() - root.startMicros());
    }
    ObjectNode context = json.putObject("context");
    int id = (int) root.traceIdLow();
    context.put("contextId", "context-%08x".formatted(id));
    context.put("planId", "plan-%08x".formatted(id));
    ObjectNode tags = json.putObject("tags");
    TAGS.forEach(tags::put);
    event.ifPresent(happened -> json.putArray("events").add(json(happened)));
    return json;
  }

  private String status() {
    if (!type.equals(COMPLETED)) {
      return "RUNNING";
    }
    return root.failed() ? "FAILED" : "COMPLETED";
  }

  private ObjectNode json(Happening happened) {
    ObjectNode json = JSON.createObjectNode();
    json.put("eventType", happened.type());
    json.put("eventName", happened.name());
    json.put("timestamp", time(atMicros));
    ObjectNode attributes = json.putObject("attributes");
    happened.attributes().forEach(attributes::put);
    return json;
  }

  static String traceId(FinishedSpan span) {
    return hex(span.traceIdHigh()) + hex(span.traceIdLow());
  }

  private static String hex(long id) {
    return HexFormat.of().toHexDigits(id);
  }

  private static String time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}
