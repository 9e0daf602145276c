package io.tracetide.processor.ledger.trace;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The state of one trace at one point in time. It depends on the received events of the trace, not
 * on their order.
 *
 * @param service service of the root span, or of the first known one
 * @param operation operation of the same span
 * @param startedAtMicros start of the root span, or of the first known one; empty when none was
 *     reported
 * @param lastEventAtMicros newest time of an event, by the clock of the service
 * @param lastEventAtMs when the last event was received, milliseconds since the epoch, by the clock
 *     of Tracetide
 * @param durationMicros duration of the root span; empty while open, or when no start is known
 * @param progressPercentage newest reported progress, 0 to 100
 * @param currentOperation newest reported operation; empty when there is none
 * @param openSpans number of spans that have started and not ended, including the root
 * @param context business identifiers, by the name of their field in {@code TraceContext}
 * @param tags tags of the root span, or of the first known one
 * @param metadata metadata of the same span
 * @param metrics newest value of each custom metric
 * @param resources newest value of each resource, by the name of its field in {@code ResourceUsage}
 * @param steps steps by time; when there are too many, the first and the newest ones
 * @param stepsDropped number of steps dropped between them
 * @param spans spans, in no order; empty when they are not needed
 */
public record TraceSnapshot(
    String tenant,
    String traceId,
    String service,
    String operation,
    LifecycleState state,
    OptionalLong startedAtMicros,
    long lastEventAtMicros,
    long lastEventAtMs,
    OptionalLong durationMicros,
    OptionalDouble progressPercentage,
    String currentOperation,
    int openSpans,
    Map<String, String> context,
    Map<String, String> tags,
    Map<String, String> metadata,
    Map<String, Double> metrics,
    Map<String, Double> resources,
    List<TraceStep> steps,
    int stepsDropped,
    List<TraceSpan> spans) {

  public TraceSnapshot {
    context = Map.copyOf(context);
    tags = Map.copyOf(tags);
    metadata = Map.copyOf(metadata);
    metrics = Map.copyOf(metrics);
    resources = Map.copyOf(resources);
    steps = List.copyOf(steps);
    spans = List.copyOf(spans);
  }

  /** The same trace without its steps, which count as dropped, and without its spans. */
  public TraceSnapshot withoutDetails() {
    return with(List.of(), stepsDropped + steps.size());
  }

  /** The same trace without its steps and spans, because they were not requested. */
  public TraceSnapshot summary() {
    return with(List.of(), stepsDropped);
  }

  /** The same trace without its spans. */
  public TraceSnapshot withoutSpans() {
    return with(steps, stepsDropped);
  }

  private TraceSnapshot with(List<TraceStep> otherSteps, int dropped) {
    return new TraceSnapshot(
        tenant,
        traceId,
        service,
        operation,
        state,
        startedAtMicros,
        lastEventAtMicros,
        lastEventAtMs,
        durationMicros,
        progressPercentage,
        currentOperation,
        openSpans,
        context,
        tags,
        metadata,
        metrics,
        resources,
        otherSteps,
        dropped,
        List.of());
  }
}
