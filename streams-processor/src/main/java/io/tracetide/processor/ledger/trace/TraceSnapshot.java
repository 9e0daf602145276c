package io.tracetide.processor.ledger.trace;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What is known of one trace at one moment. It depends on which events of the trace have come, and
 * not on their order.
 *
 * @param service of the root span, or of the first one known
 * @param operation of the same span
 * @param startedAtMicros start of the root span, or of the first one known; empty when no event
 *     told it
 * @param lastEventAtMicros newest time of an event, by the clock of the service
 * @param lastHeardMs when an event last came, milliseconds since the epoch, by our clock
 * @param durationMicros of the root span; empty while open, or when no start is known
 * @param progressPercentage newest one told, 0 to 100
 * @param currentOperation newest one told; empty when none was
 * @param openSpans spans that have started and not ended, the root among them
 * @param context identifiers that tie it to business work, by the name of their field in {@code
 *     TraceContext}
 * @param tags of the root span, or of the first one known
 * @param metadata of the same span
 * @param metrics newest value of each custom metric
 * @param resources newest value of each resource, by the name of its field in {@code ResourceUsage}
 * @param steps by time; when there are too many, the first and the newest ones
 * @param stepsDropped how many are left out between them
 */
public record TraceSnapshot(
    String tenant,
    String traceId,
    String service,
    String operation,
    LifecycleState state,
    OptionalLong startedAtMicros,
    long lastEventAtMicros,
    long lastHeardMs,
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
    int stepsDropped) {

  public TraceSnapshot {
    context = Map.copyOf(context);
    tags = Map.copyOf(tags);
    metadata = Map.copyOf(metadata);
    metrics = Map.copyOf(metrics);
    resources = Map.copyOf(resources);
    steps = List.copyOf(steps);
  }
}
