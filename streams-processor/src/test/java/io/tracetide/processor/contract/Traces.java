package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Traces for tests: what happened in them, at seconds after a start. */
public final class Traces {

  /** 2026-03-02T10:00:00Z, a Monday. */
  public static final long START_MS = 1_772_445_600_000L;

  private final List<TraceStep> steps = new ArrayList<>();
  private final Map<String, String> context = new LinkedHashMap<>();
  private final Map<String, String> tags = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final String id;
  private long startMs = START_MS;
  private String service = "agents";
  private String operation = "handle order";
  private LifecycleState state = new LifecycleState.Running();
  private OptionalLong duration = OptionalLong.empty();
  private int dropped;

  private Traces(String id) {
    this.id = id;
  }

  public static Traces trace(String id) {
    return new Traces(id);
  }

  /** Milliseconds since the epoch, so many seconds after the usual start. */
  public static long at(double seconds) {
    return START_MS + Math.round(seconds * 1_000);
  }

  public Traces startedAt(long epochMs) {
    startMs = epochMs;
    return this;
  }

  public Traces of(String newService, String newOperation) {
    service = newService;
    operation = newOperation;
    return this;
  }

  public Traces context(String name, String value) {
    context.put(name, value);
    return this;
  }

  public Traces tag(String name, String value) {
    tags.put(name, value);
    return this;
  }

  public Traces metadata(String name, String value) {
    metadata.put(name, value);
    return this;
  }

  public Traces dropped(int steps) {
    dropped = steps;
    return this;
  }

  public Traces step(double seconds, TraceStep.Kind kind, String name, String... attributes) {
    Map<String, String> told = new LinkedHashMap<>();
    for (int i = 0; i < attributes.length; i += 2) {
      told.put(attributes[i], attributes[i + 1]);
    }
    String span = kind == TraceStep.Kind.STARTED || kind == TraceStep.Kind.ENDED ? name : "";
    steps.add(
        new TraceStep(
            micros(seconds),
            kind,
            service,
            kind == TraceStep.Kind.ENDED ? name : operation,
            span,
            kind == TraceStep.Kind.ENDED ? "COMPLETED" : name,
            told));
    return this;
  }

  public Traces created(double seconds, String... attributes) {
    return step(seconds, TraceStep.Kind.CONTEXT_LIFECYCLE, "created", attributes);
  }

  public Traces plan(double seconds, String name, String... attributes) {
    return step(seconds, TraceStep.Kind.PLAN_EXECUTION, name, attributes);
  }

  public Traces approval(double seconds, String name, String... attributes) {
    return step(seconds, TraceStep.Kind.APPROVAL_WORKFLOW, name, attributes);
  }

  public Traces milestone(double seconds, String name, String... attributes) {
    return step(seconds, TraceStep.Kind.TRACE_MILESTONE, name, attributes);
  }

  public Traces completed(double seconds) {
    state = new LifecycleState.Completed(micros(seconds));
    duration = OptionalLong.of(Math.round(seconds * 1e6));
    return this;
  }

  public Traces failed(double seconds) {
    state = new LifecycleState.Failed(micros(seconds), "Denied", "no");
    duration = OptionalLong.of(Math.round(seconds * 1e6));
    return this;
  }

  private long micros(double seconds) {
    return startMs * 1_000 + Math.round(seconds * 1e6);
  }

  public TraceSnapshot snapshot() {
    List<TraceStep> ordered = new ArrayList<>(steps);
    ordered.sort(Comparator.comparingLong(TraceStep::atMicros));
    return new TraceSnapshot(
        "default",
        id,
        service,
        operation,
        state,
        OptionalLong.of(startMs * 1_000),
        ordered.isEmpty() ? startMs * 1_000 : ordered.get(ordered.size() - 1).atMicros(),
        startMs,
        duration,
        OptionalDouble.empty(),
        "",
        1,
        context,
        tags,
        metadata,
        Map.of(),
        Map.of(),
        ordered,
        dropped,
        List.of());
  }
}
