package io.tracetide.processor.query.trace;

import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceSpan;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Traces to test with. */
public final class Traces {
  private String tenant = "default";
  private final String traceId;
  private final String service;
  private final String operation;
  private final Instant startedAt;
  private LifecycleState state = new LifecycleState.Running();
  private Map<String, String> context = Map.of();
  private Map<String, String> tags = Map.of();
  private String currentOperation = "";
  private OptionalDouble progress = OptionalDouble.empty();
  private OptionalLong durationMicros = OptionalLong.empty();
  private final List<TraceStep> steps = new ArrayList<>();

  private Traces(String traceId, String service, String operation, Instant startedAt) {
    this.traceId = traceId;
    this.service = service;
    this.operation = operation;
    this.startedAt = startedAt;
  }

  public static Traces running(
      String traceId, String service, String operation, Instant startedAt) {
    return new Traces(traceId, service, operation, startedAt);
  }

  public Traces tenant(String name) {
    tenant = name;
    return this;
  }

  public Traces stuck(Instant since, long boundMs) {
    state = new LifecycleState.Stuck(since.toEpochMilli(), boundMs);
    return this;
  }

  public Traces abandoned(Instant since) {
    state = new LifecycleState.Abandoned(since.toEpochMilli());
    return this;
  }

  public Traces completed(Instant at) {
    state = new LifecycleState.Completed(micros(at));
    durationMicros = OptionalLong.of(micros(at) - micros(startedAt));
    return this;
  }

  public Traces failed(Instant at, String type, String message) {
    state = new LifecycleState.Failed(micros(at), type, message);
    durationMicros = OptionalLong.of(micros(at) - micros(startedAt));
    return this;
  }

  public Traces cancelled(Instant at) {
    state = new LifecycleState.Cancelled(micros(at));
    return this;
  }

  public Traces context(Map<String, String> ids) {
    context = ids;
    return this;
  }

  public Traces tags(Map<String, String> of) {
    tags = of;
    return this;
  }

  public Traces doing(String operationNow, double percent) {
    currentOperation = operationNow;
    progress = OptionalDouble.of(percent);
    return this;
  }

  public Traces step(TraceStep step) {
    steps.add(step);
    return this;
  }

  public Traces step(
      Instant at, TraceStep.Kind kind, String span, String name, Map<String, String> attributes) {
    steps.add(new TraceStep(micros(at), kind, service, operation, span, name, attributes));
    return this;
  }

  public TraceSnapshot snapshot() {
    Instant last = steps.isEmpty() ? startedAt : Instant.ofEpochMilli(lastMillis());
    return new TraceSnapshot(
        tenant,
        traceId,
        service,
        operation,
        state,
        OptionalLong.of(micros(startedAt)),
        micros(last),
        last.toEpochMilli(),
        durationMicros,
        progress,
        currentOperation,
        isOpen(state) ? 1 : 0,
        context,
        tags,
        Map.of("host.name", "node-1"),
        Map.of("tokens", 812.0),
        Map.of("cpuUsagePercent", 12.5),
        steps,
        0,
        spans());
  }

  /** The spans that the steps describe; a child has the tag {@code side=child}. */
  private List<TraceSpan> spans() {
    Map<String, List<TraceStep>> bySpan = new LinkedHashMap<>();
    steps.forEach(step -> bySpan.computeIfAbsent(step.spanId(), id -> new ArrayList<>()).add(step));
    return bySpan.values().stream().map(Traces::span).toList();
  }

  private static TraceSpan span(List<TraceStep> steps) {
    TraceStep first = steps.get(0);
    Optional<TraceStep> started = of(steps, TraceStep.Kind.STARTED);
    Optional<TraceStep> ended = of(steps, TraceStep.Kind.ENDED);
    OptionalLong micros =
        ended.map(step -> step.attributes().get(TraceStep.DURATION_MICROS)).stream()
            .mapToLong(Long::parseLong)
            .findFirst();
    String parent = ended.map(step -> step.attributes().get(TraceStep.PARENT_SPAN_ID)).orElse("");
    return new TraceSpan(
        first.spanId(),
        parent,
        first.service(),
        first.operation(),
        parent.isEmpty() ? SpanKind.SERVER : SpanKind.CLIENT,
        started.isEmpty() && micros.isPresent()
            ? OptionalLong.of(ended.orElseThrow().atMicros() - micros.getAsLong())
            : started.stream().mapToLong(TraceStep::atMicros).findFirst(),
        ended.map(
            step ->
                new SpanEnd(
                    step.atMicros(),
                    TraceStatus.valueOf(step.name()),
                    micros.orElse(-1),
                    "Refused",
                    "no seat left")),
        micros,
        parent.isEmpty() ? Map.of() : Map.of("side", "child"));
  }

  private static Optional<TraceStep> of(List<TraceStep> steps, TraceStep.Kind kind) {
    return steps.stream().filter(step -> step.kind() == kind).findFirst();
  }

  private long lastMillis() {
    return steps.get(steps.size() - 1).atMicros() / 1_000;
  }

  static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }

  /** Whether more events are expected. */
  static boolean isOpen(LifecycleState state) {
    return state instanceof LifecycleState.Running || state instanceof LifecycleState.Stuck;
  }
}
