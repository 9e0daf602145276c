package io.tracetide.gateway.format.lifecycle;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tracetide.gateway.format.json.BoundedTree;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.json.RejectedList;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.schemas.TraceEvent;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Lifecycle events as JSON, one object or an array of them, under the field names of {@link
 * TraceEvent}. Omitted fields take the contract's defaults; an omitted timestamp is the time of
 * arrival.
 */
public final class TraceEventJson implements PayloadFormat {

  public static final String CONTENT_TYPE = "application/json";

  private final JsonBodies json;
  private final int maxNodes;

  public TraceEventJson(JsonBodies json, int maxNodes) {
    this.json = json;
    this.maxNodes = maxNodes;
  }

  @Override
  public String label() {
    return "trace_events";
  }

  @Override
  public void read(byte[] body, int from, int length, RecordBatchBuilder intake) {
    intake.timesIn(ChronoUnit.MILLIS);
    json.read(json.text(body, from, length), parser -> request(parser, intake));
  }

  private void request(JsonParser parser, RecordBatchBuilder intake) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        element(parser, intake);
      }
    } else if (first == JsonToken.START_OBJECT) {
      element(parser, intake);
    } else {
      throw RefusedRequestException.malformed("JSON: an event or an array of events is expected");
    }
    if (parser.nextToken() != null) {
      throw RefusedRequestException.malformed("JSON: something follows the events");
    }
  }

  private void element(JsonParser parser, RecordBatchBuilder intake) throws IOException {
    EventElement.take(BoundedTree.read(parser, maxNodes), maxNodes, intake);
  }

  @Override
  public Answer accepted(int accepted, List<Refusal> refused) {
    return new Answer(CONTENT_TYPE, json.write(RejectedList.of(accepted, refused)));
  }

  @Override
  public Answer refused(RequestRefusal refusal, String detail) {
    return new Answer(Problem.CONTENT_TYPE, json.write(Problem.of(refusal, detail)));
  }
}
