package io.tracetide.processor.ledger.trace;

import io.tracetide.schemas.SpanKind;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One span of a trace at one point in time.
 *
 * @param spanId empty when the trace has no span ids
 * @param parentSpanId empty at the root, and when it is not known
 * @param startedAtMicros empty when it is not known
 * @param end empty while it is open
 * @param durationMicros empty while it is open, and when it is not known
 */
public record TraceSpan(
    String spanId,
    String parentSpanId,
    String service,
    String operation,
    SpanKind kind,
    OptionalLong startedAtMicros,
    Optional<SpanEnd> end,
    OptionalLong durationMicros,
    Map<String, String> tags) {

  public TraceSpan {
    tags = Map.copyOf(tags);
  }

  public boolean isFailed() {
    return end.isPresent() && end.get().isFailed();
  }
}
