package io.tracetide.gateway.format.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.json.RejectedList;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.gateway.record.Truncation;
import io.tracetide.schemas.TraceEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lifecycle events under the field names of {@link TraceEvent}. Omitted fields take the contract's
 * defaults; an omitted timestamp is the time at which the request was received.
 */
abstract class TraceEventFormat implements PayloadFormat {

  private static final String PROBLEM = "application/problem+json";

  private final String label;
  final JsonBodies json;
  final int maxNodes;

  /**
   * Reads with limits.
   *
   * @param maxNodes JSON values in one event
   */
  TraceEventFormat(String label, JsonBodies json, int maxNodes) {
    this.label = label;
    this.json = json;
    this.maxNodes = maxNodes;
  }

  abstract void readEvents(Payload body, RecordBatchBuilder batch);

  @Override
  public final String label() {
    return label;
  }

  @Override
  public final void read(Payload body, RecordBatchBuilder batch) {
    batch.timesIn(ChronoUnit.MILLIS);
    readEvents(body, batch);
  }

  /**
   * Adds the event to the batch, or its refusal.
   *
   * @param value null when it has more than {@code maxNodes} values
   */
  final void add(@Nullable JsonNode value, RecordBatchBuilder batch) {
    if (value == null) {
      batch.refuse(
          RefusalReason.TOO_MANY_VALUES, "more than " + maxNodes + " JSON values in one event");
      return;
    }
    TraceEvent event;
    try {
      Fields fields = new Fields(value, "");
      Instant time = fields.rawTime("timestamp");
      if (time != null && batch.refusesTime(time)) {
        return;
      }
      event = new JsonEventReader(batch, fields).event();
    } catch (InvalidFieldException e) {
      batch.refuse(RefusalReason.INVALID_FIELD, e.detail());
      return;
    }
    if (value.has("tenantId")) {
      batch.truncations().count(Truncation.TENANT_IGNORED);
    }
    batch.accept(event);
  }

  @Override
  public final Answer accepted(int accepted, List<Refusal> refused, Set<String> warnings) {
    return new Answer(TraceEventJson.CONTENT_TYPE, json.write(RejectedList.of(accepted, refused)));
  }

  @Override
  public final Answer refused(RequestRefusal refusal, String detail) {
    return new Answer(
        PROBLEM, json.write(new Problem("about:blank", refusal.label(), refusal.status(), detail)));
  }

  /** Problem details of a refused request (RFC 9457). */
  private record Problem(String type, String title, int status, String detail) {}
}
