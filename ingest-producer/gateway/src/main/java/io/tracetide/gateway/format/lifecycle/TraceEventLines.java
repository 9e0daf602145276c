package io.tracetide.gateway.format.lifecycle;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.gateway.format.json.BoundedTree;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RefusalReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * Lifecycle events as JSON lines: one object per line. A line that is not JSON is refused as one
 * event and the next line is read. Empty lines are ignored.
 */
public final class TraceEventLines extends TraceEventFormat {

  public static final Set<String> CONTENT_TYPES =
      Set.of(
          "application/x-ndjson",
          "application/ndjson",
          "application/jsonl",
          "application/x-jsonlines",
          "application/jsonlines");

  public TraceEventLines(JsonBodies json, int maxNodes) {
    super("trace_event_lines", json, maxNodes);
  }

  @Override
  void readEvents(Payload body, RecordBatchBuilder batch) {
    Payload text = json.text(body);
    byte[] bytes = text.bytes();
    int end = text.from() + text.length();
    for (int begin = text.from(); begin < end; ) {
      int to = begin;
      while (to < end && bytes[to] != '\n') {
        to++;
      }
      if (!isBlank(bytes, begin, to)) {
        line(bytes, begin, to - begin, batch);
      }
      begin = to + 1;
    }
  }

  private static boolean isBlank(byte[] body, int from, int to) {
    for (int i = from; i < to; i++) {
      if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  private void line(byte[] body, int from, int length, RecordBatchBuilder batch) {
    JsonNode value;
    try (JsonParser parser = json.open(body, from, length)) {
      parser.nextToken();
      value = BoundedTree.read(parser, maxNodes);
      if (parser.nextToken() != null) {
        batch.refuse(RefusalReason.MALFORMED_LINE, "a line must hold one JSON object");
        return;
      }
    } catch (JsonProcessingException e) {
      batch.refuse(RefusalReason.MALFORMED_LINE, "the line is not JSON");
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("reading an array does no I/O", e);
    }
    add(value, batch);
  }
}
