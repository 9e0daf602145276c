package io.tracetide.standalone.demo;

import java.util.Map;

/**
 * A finished span.
 *
 * @param traceIdHigh upper half of the trace's id
 * @param traceIdLow lower half, never 0
 * @param parentSpanId 0 for the first span of a trace
 * @param attributes of the span, and of its event if it has one
 */
record FinishedSpan(
    long traceIdHigh,
    long traceIdLow,
    long spanId,
    long parentSpanId,
    DemoStep step,
    long startMicros,
    long endMicros,
    boolean failed,
    Map<String, String> attributes) {
  FinishedSpan {
    attributes = Map.copyOf(attributes);
  }

  /** The same span without an event. */
  FinishedSpan withoutEvent() {
    return new FinishedSpan(
        traceIdHigh,
        traceIdLow,
        spanId,
        parentSpanId,
        step.withoutEvent(),
        startMicros,
        endMicros,
        failed,
        attributes);
  }
}
