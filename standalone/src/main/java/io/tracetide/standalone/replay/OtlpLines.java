package io.tracetide.standalone.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Lines of OTLP/JSON as the OpenTelemetry Collector's file exporter writes them: each one an export
 * request. They are sent as JSON with shifted times and salted ids; small ones are combined. Lines
 * with other signals than traces are skipped.
 */
public final class OtlpLines implements Recording {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESOURCE_SPANS = "resourceSpans";

  private final Path file;
  private final long spans;
  private final long lastEndMs;

  private OtlpLines(Path file, long spans, long lastEndMs) {
    this.file = file;
    this.spans = spans;
    this.lastEndMs = lastEndMs;
  }

  /** Reads the file once to count its spans. */
  static OtlpLines scan(Path file, BufferedReader reader) throws IOException {
    long spans = 0;
    long lastEndNanos = 0;
    long number = 0;
    String line;
    while ((line = reader.readLine()) != null) {
      number++;
      for (JsonNode span : spansOf(parse(file, number, line))) {
        if (!span.isObject()) {
          throw new MalformedRecordingException(file, number, "expected spans that are objects");
        }
        spans++;
        lastEndNanos = Math.max(lastEndNanos, span.path("endTimeUnixNano").asLong());
      }
    }
    if (spans == 0) {
      throw new MalformedRecordingException(file, number, "expected at least one span");
    }
    return new OtlpLines(file, spans, ceilMillis(lastEndNanos));
  }

  private static ObjectNode parse(Path file, long number, String line)
      throws MalformedRecordingException {
    try {
      if (line.isBlank()) {
        return JSON.createObjectNode();
      }
      if (JSON.readTree(line) instanceof ObjectNode request) {
        return request;
      }
      throw new MalformedRecordingException(file, number, "expected a JSON object");
    } catch (JsonProcessingException e) {
      throw new MalformedRecordingException(
          file, number, "expected OTLP/JSON, " + e.getOriginalMessage());
    }
  }

  private static Iterable<JsonNode> spansOf(JsonNode request) {
    ArrayNode all = JSON.createArrayNode();
    for (JsonNode resource : request.path(RESOURCE_SPANS)) {
      for (JsonNode scope : resource.path("scopeSpans")) {
        scope.path("spans").forEach(all::add);
      }
    }
    return all;
  }

  @Override
  public long spans() {
    return spans;
  }

  @Override
  public long lastEndMs() {
    return lastEndMs;
  }

  @Override
  public void forEachBatch(long shiftMs, IdSalt salt, int batchSize, BatchConsumer consumer)
      throws IOException, InterruptedException {
    try (BufferedReader reader = Recording.reader(file)) {
      ArrayNode resources = JSON.createArrayNode();
      int count = 0;
      long lastNanos = 0;
      long number = 0;
      String line;
      while ((line = reader.readLine()) != null) {
        ObjectNode request = parse(file, ++number, line);
        for (JsonNode span : spansOf(request)) {
          shift((ObjectNode) span, shiftMs);
          salt((ObjectNode) span, salt);
          lastNanos = Math.max(lastNanos, span.path("endTimeUnixNano").asLong());
          count++;
        }
        request.path(RESOURCE_SPANS).forEach(resources::add);
        if (count >= batchSize) {
          consumer.accept(batch(resources, count, lastNanos));
          resources = JSON.createArrayNode();
          count = 0;
        }
      }
      if (count > 0) {
        consumer.accept(batch(resources, count, lastNanos));
      }
    }
  }

  private static void shift(ObjectNode span, long shiftMs) {
    shiftField(span, "startTimeUnixNano", shiftMs);
    shiftField(span, "endTimeUnixNano", shiftMs);
    for (JsonNode event : span.path("events")) {
      if (event instanceof ObjectNode happened) {
        shiftField(happened, "timeUnixNano", shiftMs);
      }
    }
  }

  private static void salt(ObjectNode span, IdSalt salt) {
    saltIds(span, salt);
    if (span.path("parentSpanId").isTextual()) {
      span.put("parentSpanId", salt.spanId(span.path("parentSpanId").asText()));
    }
    for (JsonNode link : span.path("links")) {
      if (link instanceof ObjectNode linked) {
        saltIds(linked, salt);
      }
    }
  }

  private static void saltIds(ObjectNode node, IdSalt salt) {
    if (node.path("traceId").isTextual()) {
      node.put("traceId", salt.traceId(node.path("traceId").asText()));
    }
    if (node.path("spanId").isTextual()) {
      node.put("spanId", salt.spanId(node.path("spanId").asText()));
    }
  }

  private static void shiftField(ObjectNode node, String field, long shiftMs) {
    long nanos = node.path(field).asLong();
    if (nanos != 0) {
      node.put(field, String.valueOf(nanos + shiftMs * 1_000_000));
    }
  }

  private static Batch batch(ArrayNode resources, int count, long lastNanos) {
    ObjectNode request = JSON.createObjectNode().set(RESOURCE_SPANS, resources);
    return new Batch(count, ceilMillis(lastNanos), Batch.JSON, () -> bytes(request));
  }

  private static long ceilMillis(long nanos) {
    return Math.floorDiv(nanos + 999_999, 1_000_000L);
  }

  private static byte[] bytes(ObjectNode request) {
    try {
      return JSON.writeValueAsBytes(request);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
