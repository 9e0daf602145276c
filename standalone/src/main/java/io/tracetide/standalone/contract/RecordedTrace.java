package io.tracetide.standalone.contract;

import io.tracetide.processor.ledger.TraceMask;
import io.tracetide.processor.ledger.TraceSnapshot;
import io.tracetide.processor.ledger.TraceState;
import io.tracetide.processor.ledger.TraceStep;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the retained events tell of one trace: as much as contracts and controls look at, and none
 * of what only the ledger can know, such as when an event was heard. Of too many steps the newest
 * are left out.
 */
final class RecordedTrace {

  static final int MOST_STEPS = 500;

  private static final Comparator<TraceStep> ORDER =
      Comparator.comparingLong(TraceStep::atMicros)
          .thenComparing(TraceStep::kind)
          .thenComparing(TraceStep::spanId)
          .thenComparing(TraceStep::name);

  private final String tenant;
  private final String traceId;
  private final Set<TraceStep> steps = new HashSet<>();
  private final Map<String, String> context = new HashMap<>();
  private final Map<String, Span> spans = new HashMap<>();
  private final Set<String> masked = new TreeSet<>();
  private int dropped;
  private long newestMicros = Long.MIN_VALUE;

  /** What is known of a span. */
  private static final class Span {
    private boolean root;
    private String service = "";
    private String operation = "";
    private long startMicros = Long.MAX_VALUE;
    private long firstMicros = Long.MAX_VALUE;
    private @Nullable TraceEvent end;
    private final Map<String, String> tags = new TreeMap<>();
    private final Map<String, String> metadata = new TreeMap<>();
  }

  RecordedTrace(String tenant, String traceId) {
    this.tenant = tenant;
    this.traceId = traceId;
  }

  void add(TraceEvent event) {
    long atMicros = micros(event.getTimestamp());
    newestMicros = Math.max(newestMicros, atMicros);
    Span span = spans.computeIfAbsent(event.getSpanId(), unknown -> new Span());
    span.root |= event.getParentSpanId() == null;
    span.service = event.getServiceName();
    span.operation = event.getOperationName();
    span.firstMicros = Math.min(span.firstMicros, atMicros);
    span.tags.putAll(event.getTags());
    span.metadata.putAll(event.getMetadata());
    masked.addAll(TraceMask.told(event.getMetadata()));
    if (event.getType() == TraceEventType.STARTED) {
      span.startMicros = Math.min(span.startMicros, atMicros);
    }
    if (event.getType() == TraceEventType.COMPLETED) {
      span.end = event;
      Long duration = event.getDurationMicros();
      if (duration != null) {
        span.startMicros = Math.min(span.startMicros, atMicros - duration);
      }
    }
    if (event.getContext() != null) {
      add(event.getContext());
    }
    for (SpanEvent happened : event.getEvents()) {
      add(
          new TraceStep(
              micros(happened.getTimestamp()),
              TraceStep.Kind.ofEvent(happened.getEventType()),
              event.getServiceName(),
              event.getOperationName(),
              event.getSpanId(),
              happened.getEventName(),
              happened.getAttributes()));
    }
    add(event, atMicros);
  }

  private void add(TraceEvent event, long atMicros) {
    if (event.getType() == TraceEventType.STARTED) {
      add(step(event, atMicros, TraceStep.Kind.STARTED, event.getOperationName(), Map.of()));
    } else if (event.getType() == TraceEventType.COMPLETED) {
      Long duration = event.getDurationMicros();
      Map<String, String> attributes =
          duration == null ? Map.of() : Map.of("durationMicros", duration.toString());
      add(step(event, atMicros, TraceStep.Kind.ENDED, event.getStatus().name(), attributes));
    } else if (event.getCurrentOperation() != null) {
      add(step(event, atMicros, TraceStep.Kind.UPDATED, event.getCurrentOperation(), Map.of()));
    }
  }

  private static TraceStep step(
      TraceEvent event,
      long atMicros,
      TraceStep.Kind kind,
      String name,
      Map<String, String> attributes) {
    return new TraceStep(
        atMicros,
        kind,
        event.getServiceName(),
        event.getOperationName(),
        event.getSpanId(),
        name,
        attributes);
  }

  private void add(TraceStep step) {
    if (steps.size() < MOST_STEPS) {
      steps.add(step);
    } else if (!steps.contains(step)) {
      dropped++;
    }
  }

  private void add(TraceContext told) {
    put("contextId", told.getContextId());
    put("planId", told.getPlanId());
    put("userId", told.getUserId());
    put("sessionId", told.getSessionId());
    put("correlationId", told.getCorrelationId());
  }

  private void put(String name, @Nullable String value) {
    if (value != null) {
      context.put(name, value);
    }
  }

  TraceSnapshot snapshot() {
    Span root = root();
    List<TraceStep> ordered = new ArrayList<>(steps);
    ordered.sort(ORDER);
    OptionalLong start =
        root.startMicros == Long.MAX_VALUE
            ? OptionalLong.empty()
            : OptionalLong.of(root.startMicros);
    TraceEvent end = root.end;
    return new TraceSnapshot(
        tenant,
        traceId,
        root.service,
        root.operation,
        state(end),
        start,
        newestMicros,
        Math.floorDiv(newestMicros, 1_000L),
        end == null || start.isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(micros(end.getTimestamp()) - start.getAsLong()),
        OptionalDouble.empty(),
        "",
        (int) spans.values().stream().filter(span -> span.end == null).count(),
        context,
        root.tags,
        TraceMask.note(root.metadata, masked),
        Map.of(),
        Map.of(),
        ordered,
        dropped);
  }

  /** The span without a parent that began first; else the first one known. */
  private Span root() {
    return spans.values().stream()
        .min(
            Comparator.comparing((Span span) -> !span.root)
                .thenComparingLong(span -> Math.min(span.startMicros, span.firstMicros))
                .thenComparing(span -> span.operation))
        .orElseThrow();
  }

  private static TraceState state(@Nullable TraceEvent end) {
    if (end == null) {
      return new TraceState.Running();
    }
    long atMicros = micros(end.getTimestamp());
    if (end.getStatus() == TraceStatus.FAILED) {
      TraceOutcome outcome = end.getOutcome();
      return outcome == null || outcome.getError() == null
          ? new TraceState.Failed(atMicros, "", "")
          : new TraceState.Failed(
              atMicros, outcome.getError().getType(), outcome.getError().getMessage());
    }
    return end.getStatus() == TraceStatus.CANCELLED
        ? new TraceState.Cancelled(atMicros)
        : new TraceState.Completed(atMicros);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
