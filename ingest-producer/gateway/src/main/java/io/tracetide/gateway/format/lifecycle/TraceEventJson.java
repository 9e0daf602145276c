package io.tracetide.gateway.format.lifecycle;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tracetide.gateway.format.json.BoundedTree;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RefusedRequestException;
import java.io.IOException;

/** Lifecycle events as JSON: one object or an array of them. */
public final class TraceEventJson extends TraceEventFormat {

  public static final String CONTENT_TYPE = "application/json";

  public TraceEventJson(JsonBodies json, int maxNodes) {
    super("trace_events", json, maxNodes);
  }

  @Override
  void readEvents(Payload body, RecordBatchBuilder batch) {
    json.read(body, "events", (parser, text) -> request(parser, batch));
  }

  private void request(JsonParser parser, RecordBatchBuilder batch) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        add(BoundedTree.read(parser, maxNodes), batch);
      }
    } else if (first == JsonToken.START_OBJECT) {
      add(BoundedTree.read(parser, maxNodes), batch);
    } else {
      throw RefusedRequestException.malformed("JSON: an event or an array of events is expected");
    }
  }
}
