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

  private final TraceEmitter emitter;
  private final String traceId;
  private final String spanId;
  private final @Nullable String parentSpanId;
  private final String operation;
  private final @Nullable TraceContext context;
  private final Map<String, String> tags;
  private final long startNanos = System.nanoTime();
  private final AtomicBoolean ended = new AtomicBoolean();

  private ExecutionTrace(
      TraceEmitter emitter,
      String traceId,
      @Nullable String parentSpanId,
      String operation,
      @Nullable TraceContext context,
      Map<String, String> tags) {
    this.emitter = emitter;
    this.traceId = traceId;
    this.spanId = RandomId.span();
    this.parentSpanId = parentSpanId;
    this.operation = operation;
    this.context = context;
    this.tags = new ConcurrentHashMap<>(tags);
  }

  static ExecutionTrace start(
      TraceEmitter emitter,
      String traceId,
      @Nullable String parentSpanId,
      String operation,
      @Nullable TraceContext context,
      Map<String, String> tags) {
    ExecutionTrace trace =
        new ExecutionTrace(emitter, traceId, parentSpanId, operation, context, tags);
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
   * @param type kind of event; {@code context_lifecycle}, {@code plan_execution}, {@code
   *     approval_workflow} and {@code trace_milestone} are known to the other parts
   */
  public void event(String type, String name, Map<String, String> attributes) {
    SpanEvent event = new SpanEvent(type, name, emitter.clock().instant(), Map.copyOf(attributes));
    publish(updated(null, null, List.of(event)));
  }

  /** Publishes an update of any fields of the contract. */
  public void update(Consumer<TraceEvent.Builder> fields) {
    publish(with(updated(null, null, List.of()), fields));
  }

  /** Starts work within this work: the same trace, context and tags. */
  public ExecutionTrace child(String childOperation) {
    return start(emitter, traceId, spanId, childOperation, context, tags);
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
        SpanKind.INTERNAL,
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
