package io.tracetide.gateway.format.lifecycle;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.gateway.format.json.BoundedTree;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.json.JsonText;
import io.tracetide.gateway.format.json.RejectedList;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.RequestRefusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/**
 * Lifecycle events as JSON lines, as {@link TraceEventJson} has them: one object a line. A line
 * that is not JSON is refused as one event and the next line is read, for a line's end is one
 * wherever it stands. Empty lines are nothing.
 */
public final class TraceEventLines implements PayloadFormat {

  public static final Set<String> CONTENT_TYPES =
      Set.of(
          "application/x-ndjson",
          "application/ndjson",
          "application/jsonl",
          "application/x-jsonlines",
          "application/jsonlines");

  private final JsonBodies json;
  private final int maxNodes;

  public TraceEventLines(JsonBodies json, int maxNodes) {
    this.json = json;
    this.maxNodes = maxNodes;
  }

  @Override
  public String label() {
    return "trace_event_lines";
  }

  @Override
  public void read(byte[] body, int from, int length, RecordBatchBuilder intake) {
    intake.timesIn(ChronoUnit.MILLIS);
    JsonText text = json.text(body, from, length);
    byte[] bytes = text.bytes();
    int end = text.from() + text.length();
    for (int begin = text.from(); begin < end; ) {
      int to = begin;
      while (to < end && bytes[to] != '\n') {
        to++;
      }
      if (!isBlank(bytes, begin, to)) {
        line(bytes, begin, to - begin, intake);
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

  private void line(byte[] body, int from, int length, RecordBatchBuilder intake) {
    JsonNode value;
    try (JsonParser parser = json.open(body, from, length)) {
      parser.nextToken();
      value = BoundedTree.read(parser, maxNodes);
      if (parser.nextToken() != null) {
        intake.refuse(RefusalReason.MALFORMED_LINE, "a line must hold one JSON object");
        return;
      }
    } catch (JsonProcessingException e) {
      intake.refuse(RefusalReason.MALFORMED_LINE, "the line is not JSON");
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("reading an array does no I/O", e);
    }
    EventElement.take(value, maxNodes, intake);
  }

  @Override
  public Answer accepted(int accepted, List<Refusal> refused) {
    return new Answer(TraceEventJson.CONTENT_TYPE, json.write(RejectedList.of(accepted, refused)));
  }

  @Override
  public Answer refused(RequestRefusal refusal, String detail) {
    return new Answer(Problem.CONTENT_TYPE, json.write(Problem.of(refusal, detail)));
  }
}
