package io.tracetide.client;

import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.avro.AvroRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work while it runs. Each method publishes one event and returns at once; after the
 * end nothing is published any more. Safe for use by several threads.
 *
 * <p>Close it, best by try-with-resources: work that is closed without {@link #complete} or {@link
 * #fail} has been left by an exception or given up, and is published as CANCELLED rather than left
 * open for ever.
 */
public final class ExecutionTrace implements AutoCloseable {

  /** Type of events in the life of a context. */
  public static final String CONTEXT_LIFECYCLE = "context_lifecycle";

  /** Type of events in the execution of a plan. */
  public static final String PLAN_EXECUTION = "plan_execution";

  /** Type of events around somebody's consent. */
  public static final String APPROVAL_WORKFLOW = "approval_workflow";

  /** Type of events that say how far the work has got. */
  public static final String TRACE_MILESTONE = "trace_milestone";

  private static final String APPROVAL_ID = "approvalId";
  private static final String REQUESTER = "requester";
  private static final String APPROVER = "approver";
  private static final String REASON = "reason";

  private final TraceEmitter emitter;
  private final String traceId;
  private final String spanId;
  private final @Nullable String parentSpanId;
  private final String operation;
  private final SpanKind kind;
  private final @Nullable TraceContext context;
  private final Map<String, String> tags;
  private final long startNanos = System.nanoTime();
  private final AtomicBoolean ended = new AtomicBoolean();

  private ExecutionTrace(
      TraceEmitter emitter,
      String traceId,
      @Nullable String parentSpanId,
      String operation,
      SpanKind kind,
      @Nullable TraceContext context,
      Map<String, String> tags) {
    this.emitter = emitter;
    this.traceId = traceId;
    this.spanId = RandomId.span();
    this.parentSpanId = parentSpanId;
    this.operation = operation;
    this.kind = kind;
    this.context = context;
    this.tags = new ConcurrentHashMap<>(tags);
  }

  static ExecutionTrace start(
      TraceEmitter emitter,
      String traceId,
      @Nullable String parentSpanId,
      String operation,
      SpanKind kind,
      @Nullable TraceContext context,
      Map<String, String> tags) {
    ExecutionTrace trace =
        new ExecutionTrace(emitter, traceId, parentSpanId, operation, kind, context, tags);
    emitter.emit(trace.started());
    return trace;
  }

  /** 32 hex digits, shared by all work of the trace. */
  public String traceId() {
    return traceId;
  }

  /** 16 hex digits, of this piece of work alone. */
  public String spanId() {
    return spanId;
  }

  /** Adds a tag to every event from now on. */
  public ExecutionTrace tag(String key, String value) {
    tags.put(key, value);
    return this;
  }

  /** Says what the work is doing now. */
  public void update(String currentOperation) {
    publish(updated(null, currentOperation, List.of()));
  }

  /** Says how far the work is, 0 to 100. */
  public void progress(double percent) {
    publish(updated(Math.min(100, Math.max(0, percent)), null, List.of()));
  }

  /**
   * Says that something happened.
   *
   * @param type kind of event; {@link #CONTEXT_LIFECYCLE}, {@link #PLAN_EXECUTION}, {@link
   *     #APPROVAL_WORKFLOW} and {@link #TRACE_MILESTONE} are known to the other parts
   */
  public void event(String type, String name, Map<String, String> attributes) {
    SpanEvent event = new SpanEvent(type, name, emitter.clock().instant(), Map.copyOf(attributes));
    publish(updated(null, null, List.of(event)));
  }

  /**
   * Says that something happened to the context of this work: {@code created}, {@code suspended},
   * {@code closed} and so on.
   */
  public void context(String name, Map<String, String> attributes) {
    event(CONTEXT_LIFECYCLE, name, attributes);
  }

  /** Says that the context of this work has been made. */
  public void contextCreated(Map<String, String> attributes) {
    context("created", attributes);
  }

  /** Says that the plan is being carried out from now on. */
  public void planStarted(Map<String, String> attributes) {
    event(PLAN_EXECUTION, "started", attributes);
  }

  /** Says that the next step of the plan has begun. */
  public void planStep(String step) {
    planStep(step, Map.of());
  }

  /** The same, with more to tell of the step. */
  public void planStep(String step, Map<String, String> attributes) {
    event(PLAN_EXECUTION, step, attributes);
  }

  /**
   * Says that the plan has been carried out.
   *
   * @param attributes such as {@code efficiency}, or {@code completedSteps} and {@code totalSteps}
   */
  public void planCompleted(Map<String, String> attributes) {
    event(PLAN_EXECUTION, "completed", attributes);
  }

  /**
   * Says that the work waits for somebody's consent.
   *
   * @param approvalId tells it from other approvals of this trace
   * @param requester who asks
   */
  public void approvalRequested(String approvalId, String requester) {
    event(APPROVAL_WORKFLOW, "requested", Map.of(APPROVAL_ID, approvalId, REQUESTER, requester));
  }

  /** Says that somebody gave consent. */
  public void approved(String approvalId, String approver) {
    event(APPROVAL_WORKFLOW, "approved", Map.of(APPROVAL_ID, approvalId, APPROVER, approver));
  }

  /** Says that somebody refused consent. */
  public void rejected(String approvalId, String approver, String reason) {
    event(
        APPROVAL_WORKFLOW,
        "rejected",
        Map.of(APPROVAL_ID, approvalId, APPROVER, approver, REASON, reason));
  }

  /** Says that the work has got somewhere that matters. */
  public void milestone(String name) {
    milestone(name, Map.of());
  }

  /** The same, with more to tell of it; {@code severity} of {@code critical} raises at once. */
  public void milestone(String name, Map<String, String> attributes) {
    event(TRACE_MILESTONE, name, attributes);
  }

  /** Publishes an update of any fields of the contract. */
  public void update(Consumer<TraceEvent.Builder> fields) {
    publish(with(updated(null, null, List.of()), fields));
  }

  /** Starts work within this work: the same trace, context and tags. */
  public ExecutionTrace child(String childOperation) {
    return child(childOperation, SpanKind.INTERNAL);
  }

  /** The same, of another role than {@code INTERNAL}. */
  public ExecutionTrace child(String childOperation, SpanKind childKind) {
    return start(emitter, traceId, spanId, childOperation, childKind, context, tags);
  }

  /** Ends the work: it did what it was for. */
  public void complete() {
    end(completed(TraceStatus.COMPLETED, new TraceOutcome(true, null, null, null)));
  }

  /** Ends the work, and publishes any other fields of the contract with it. */
  public void complete(Consumer<TraceEvent.Builder> fields) {
    end(with(completed(TraceStatus.COMPLETED, new TraceOutcome(true, null, null, null)), fields));
  }

  /** Ends the work: it failed. */
  public void fail(Throwable cause) {
    TraceError error = ErrorText.of(cause);
    end(completed(TraceStatus.FAILED, new TraceOutcome(false, null, null, error)));
  }

  /** Ends the work: it was given up. */
  public void cancel() {
    end(completed(TraceStatus.CANCELLED, new TraceOutcome(false, null, null, null)));
  }

  /** Ends the work as given up, unless it has ended already. */
  @Override
  public void close() {
    if (!ended.get()) {
      cancel();
    }
  }

  private void publish(@Nullable TraceEvent event) {
    if (!ended.get()) {
      emit(event);
    }
  }

  private void end(@Nullable TraceEvent event) {
    if (ended.compareAndSet(false, true)) {
      emit(event);
    }
  }

  private void emit(@Nullable TraceEvent event) {
    if (event == null) {
      emitter.dropInvalid();
    } else {
      emitter.emit(event);
    }
  }

  /**
   * The event with the caller's fields; null when they do not satisfy the contract. What the event
   * is about stays.
   */
  private @Nullable TraceEvent with(TraceEvent event, Consumer<TraceEvent.Builder> fields) {
    try {
      TraceEvent.Builder builder = TraceEvent.newBuilder(event);
      fields.accept(builder);
      return builder
          .setTenantId(event.getTenantId())
          .setType(event.getType())
          .setTraceId(traceId)
          .setSpanId(spanId)
          .setParentSpanId(parentSpanId)
          .setSpanKind(kind)
          .build();
    } catch (AvroRuntimeException e) {
      return null;
    }
  }

  private TraceEvent started() {
    return event(TraceEventType.STARTED, TraceStatus.RUNNING, null, null, null, List.of(), null);
  }

  private TraceEvent updated(
      @Nullable Double progress, @Nullable String currentOperation, List<SpanEvent> events) {
    return event(
        TraceEventType.UPDATED,
        TraceStatus.RUNNING,
        null,
        progress,
        currentOperation,
        events,
        null);
  }

  private TraceEvent completed(TraceStatus status, TraceOutcome outcome) {
    long micros = (System.nanoTime() - startNanos) / 1_000;
    return event(TraceEventType.COMPLETED, status, micros, null, null, List.of(), outcome);
  }

  private TraceEvent event(
      TraceEventType type,
      TraceStatus status,
      @Nullable Long durationMicros,
      @Nullable Double progress,
      @Nullable String currentOperation,
      List<SpanEvent> events,
      @Nullable TraceOutcome outcome) {
    Instant now = emitter.clock().instant();
    return new TraceEvent(
        emitter.tenant(),
        type,
        traceId,
        spanId,
        parentSpanId,
        emitter.serviceName(),
        operation,
        kind,
        status,
        now,
        durationMicros,
        context,
        Map.copyOf(tags),
        Map.of(),
        0,
        progress,
        currentOperation,
        null,
        null,
        Map.of(),
        events,
        outcome,
        null,
        null,
        1.0);
  }
}
