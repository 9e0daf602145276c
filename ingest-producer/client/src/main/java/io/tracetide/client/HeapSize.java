package io.tracetide.client;

import io.tracetide.schemas.HistogramData;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceOutcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the heap of a queued event: the length of its texts, and a constant for the other
 * fields. The estimate takes some tens of nanoseconds.
 *
 * <p>Required fields of an application's event may be null; they count as 0 and are rejected by the
 * serializer.
 */
final class HeapSize {

  private static final int EVENT = 400;
  private static final int ENTRY = 96;
  private static final int NUMBER = 24;

  private HeapSize() {}

  static int of(TraceEvent event) {
    long bytes = EVENT;
    bytes += text(event.getTraceId()) + text(event.getOperationName());
    bytes += text(event.getCurrentOperation()) + context(event.getContext());
    bytes += texts(event.getTags()) + texts(event.getMetadata());
    if (event.getCustomMetrics() != null) {
      bytes += (long) ENTRY * event.getCustomMetrics().size();
    }
    if (event.getEvents() != null) {
      for (SpanEvent inner : event.getEvents()) {
        bytes += ENTRY + text(inner.getEventName()) + texts(inner.getAttributes());
      }
    }
    return capped(bytes + outcome(event.getOutcome()));
  }

  static int of(MetricSample sample) {
    long bytes = EVENT + texts(sample.getTags());
    HistogramData histogram = sample.getHistogram();
    if (histogram != null && histogram.getBounds() != null) {
      bytes += 2L * NUMBER * histogram.getBounds().size();
    }
    return capped(bytes);
  }

  private static long context(@Nullable TraceContext context) {
    return context == null
        ? 0
        : text(context.getContextId())
            + text(context.getPlanId())
            + text(context.getUserId())
            + text(context.getSessionId())
            + text(context.getCorrelationId());
  }

  private static long outcome(@Nullable TraceOutcome outcome) {
    if (outcome == null) {
      return 0;
    }
    TraceError error = outcome.getError();
    long failure = error == null ? 0 : text(error.getMessage()) + text(error.getStack());
    return failure + text(outcome.getOutput());
  }

  private static long texts(@Nullable Map<String, String> texts) {
    if (texts == null || texts.isEmpty()) {
      return 0;
    }
    long bytes = 0;
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      bytes += ENTRY + text(entry.getKey()) + text(entry.getValue());
    }
    return bytes;
  }

  private static long text(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  private static int capped(long bytes) {
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }
}
