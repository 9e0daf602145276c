package io.tracetide.gateway.format.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.Truncation;
import io.tracetide.schemas.TraceEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One JSON value that should be an event. */
final class EventElement {

  private EventElement() {}

  /**
   * Takes the event in, or refuses it.
   *
   * @param value null when it has more than {@code maxNodes} values
   */
  static void take(@Nullable JsonNode value, int maxNodes, RecordBatchBuilder intake) {
    if (value == null) {
      intake.refuse(
          RefusalReason.TOO_MANY_VALUES, "more than " + maxNodes + " JSON values in one event");
      return;
    }
    TraceEvent read;
    try {
      Fields fields = new Fields(value, "");
      Instant time = fields.rawTime("timestamp");
      if (time != null && intake.refusesTime(time)) {
        return;
      }
      read = new TraceEventReader(intake, fields).event();
    } catch (InvalidFieldException e) {
      intake.refuse(RefusalReason.INVALID_FIELD, e.detail());
      return;
    }
    if (value.has("tenantId")) {
      intake.adjustments().count(Truncation.TENANT_IGNORED);
    }
    intake.accept(read);
  }
}
