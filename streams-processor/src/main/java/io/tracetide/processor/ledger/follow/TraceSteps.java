package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.mapping.DurationLimit;
import io.tracetide.schemas.mapping.EpochMicros;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Creates the steps of an event. */
final class TraceSteps {

  private TraceSteps() {}

  static List<TraceStep> of(TraceEvent event, long atMicros, LedgerConfig.Limits limits) {
    List<TraceStep> steps = new ArrayList<>();
    // Steps are ordered by time. Events of a span whose times do not differ keep their order in the
    // span by a microsecond each.
    long lastGiven = Long.MIN_VALUE;
    long last = Long.MIN_VALUE;
    for (SpanEvent happened : event.getEvents()) {
      long given = plausible(happened, event);
      last = given >= lastGiven && given <= last ? last + 1 : given;
      lastGiven = given;
      steps.add(happened(event, happened, last, limits));
    }
    if (event.getType() == TraceEventType.STARTED) {
      steps.add(
          step(
              event,
              atMicros,
              TraceStep.Kind.STARTED,
              limits.cut(event.getOperationName()),
              parent(event, limits),
              limits));
    } else if (event.getType() == TraceEventType.COMPLETED) {
      steps.add(
          step(
              event,
              atMicros,
              TraceStep.Kind.ENDED,
              event.getStatus().name(),
              ended(event, limits),
              limits));
    } else if (steps.isEmpty()
        || event.getCurrentOperation() != null
        || event.getProgressPercentage() != null) {
      String doing = event.getCurrentOperation();
      steps.add(
          step(
              event,
              atMicros,
              TraceStep.Kind.UPDATED,
              doing == null ? "" : limits.cut(doing),
              progress(event),
              limits));
    }
    return steps;
  }

  private static TraceStep happened(
      TraceEvent event, SpanEvent happened, long atMicros, LedgerConfig.Limits limits) {
    Map<String, String> attributes = limits.cut(happened.getAttributes());
    TraceStep.Kind kind = TraceStep.Kind.ofEvent(happened.getEventType());
    if (kind == TraceStep.Kind.EVENT && !happened.getEventType().isEmpty()) {
      attributes.putIfAbsent("eventType", limits.cut(happened.getEventType()));
    }
    return step(event, atMicros, kind, limits.cut(happened.getEventName()), attributes, limits);
  }

  /**
   * The time of a span event. If it differs from the time of its trace event by more than the
   * maximum duration of a span, because its unit or clock is wrong, the latter is used.
   */
  private static long plausible(SpanEvent happened, TraceEvent event) {
    Duration apart = Duration.between(event.getTimestamp(), happened.getTimestamp()).abs();
    return EpochMicros.of(
        apart.compareTo(DurationLimit.MAX) > 0 ? event.getTimestamp() : happened.getTimestamp());
  }

  private static TraceStep step(
      TraceEvent event,
      long atMicros,
      TraceStep.Kind kind,
      String name,
      Map<String, String> attributes,
      LedgerConfig.Limits limits) {
    return new TraceStep(
        atMicros,
        kind,
        event.getServiceName(),
        event.getOperationName(),
        limits.cut(event.getSpanId()),
        name,
        attributes);
  }

  private static Map<String, String> parent(TraceEvent event, LedgerConfig.Limits limits) {
    Map<String, String> attributes = new TreeMap<>();
    String parent = event.getParentSpanId();
    if (parent != null && !parent.isEmpty()) {
      attributes.put(TraceStep.PARENT_SPAN_ID, limits.cut(parent));
    }
    return attributes;
  }

  private static Map<String, String> progress(TraceEvent event) {
    Double percent = event.getProgressPercentage();
    return percent == null
        ? Map.of()
        : Map.of("progressPercentage", String.format(Locale.ROOT, "%s", percent));
  }

  private static Map<String, String> ended(TraceEvent event, LedgerConfig.Limits limits) {
    Map<String, String> attributes = parent(event, limits);
    Long duration = event.getDurationMicros();
    if (duration != null) {
      attributes.put(TraceStep.DURATION_MICROS, Long.toString(duration));
    }
    TraceOutcome outcome = event.getOutcome();
    TraceError error = outcome == null ? null : outcome.getError();
    if (error != null) {
      attributes.put("errorType", limits.cut(error.getType()));
      attributes.put("errorMessage", limits.cut(error.getMessage()));
    }
    return attributes;
  }
}
