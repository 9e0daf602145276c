package io.tracetide.client;

import io.tracetide.client.context.RandomId;
import io.tracetide.client.context.TraceParent;
import io.tracetide.client.resource.ResourceSample;
import io.tracetide.client.text.ErrorText;
import io.tracetide.client.text.Texts;
import io.tracetide.schemas.PerformanceIndicators;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One piece of work while it runs. Each method publishes one event and returns at once; after the
 * end nothing is published any more. Safe for use by several threads.
 *
 * <p>Close it, best by try-with-resources: work that is closed without {@link #complete} or {@link
 * #fail} has been left by an exception or given up, and is published as CANCELLED rather than left
 * open for ever.
 *
 * <p>No method throws, whatever it is given. Texts are cut to the limits of the gateway (names 256
 * characters, keys 128, values 4,096, stack traces 16,384; 64 tags, metadata and measures each);
 * nulls, and numbers that are none, are left out; an operation without a name is {@value
 * Texts#UNKNOWN_OPERATION}. An event that cannot be composed, because the application's own code
 * failed in {@link #update(Consumer)}, is counted as {@link DropReason#INVALID}; such an end is
 * published without what that code was to add.
 *
 * <p>Of work that {@link Sampling} leaves out only its end is published, and only if it failed or
 * was slow; what happened inside it, the last {@value #KEPT_EVENTS} events, is in there.
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

  /** Type of events that name other work that this work has to do with. */
  public static final String LINK = "link";

  /** Events inside work that is not sampled, kept for the case that it fails. */
  static final int KEPT_EVENTS = 32;

  private static final Logger log = LoggerFactory.getLogger(ExecutionTrace.class);

  private static final String APPROVAL_ID = "approvalId";
  private static final String REQUESTER = "requester";
  private static final String APPROVER = "approver";
  private static final String REASON = "reason";
  private static final String TRACE_ID = "traceId";
  private static final String SPAN_ID = "spanId";

  private final TraceEmitter emitter;
  private final String traceId;
  private final String spanId;
  private final @Nullable String parentSpanId;
  private final Sampler.Decision sampling;
  private final String operation;
  private final SpanKind kind;
  private final @Nullable TraceContext context;
  private final long startNanos = System.nanoTime();
  private final @Nullable ResourceSample atStart;
  private final AtomicBoolean ended = new AtomicBoolean();

  // Guarded by this, for a few instructions at a time. The maps are never changed, but replaced:
  // events share them.
  private Map<String, String> tags;
  private Map<String, String> metadata = Map.of();
  private Map<String, Double> measures = Map.of();
  private @Nullable ResourceUsage usage;
  private @Nullable PerformanceIndicators indicators;
  private @Nullable PerformanceIndicators summary;
  private @Nullable ResourceUsage utilization;
  private @Nullable ArrayDeque<SpanEvent> unpublished;

  /** What makes an event of the work differ from others of it. */
  private record Step(
      TraceEventType type,
      TraceStatus status,
      @Nullable Long durationMicros,
      @Nullable Double progress,
      @Nullable String currentOperation,
      List<SpanEvent> events,
      @Nullable TraceOutcome outcome) {

    static Step started() {
      return new Step(
          TraceEventType.STARTED, TraceStatus.RUNNING, null, null, null, List.of(), null);
    }

    static Step updated(
        @Nullable Double progress, @Nullable String currentOperation, List<SpanEvent> events) {
      return new Step(
          TraceEventType.UPDATED,
          TraceStatus.RUNNING,
          null,
          progress,
          currentOperation,
          events,
          null);
    }

    static Step ended(
        TraceStatus status, long durationMicros, List<SpanEvent> events, TraceOutcome outcome) {
      return new Step(
          TraceEventType.COMPLETED, status, durationMicros, null, null, events, outcome);
    }
  }

  private ExecutionTrace(
      TraceEmitter emitter,
      String traceId,
      @Nullable String parentSpanId,
      Sampler.Decision sampling,
      String operation,
      SpanKind kind,
      @Nullable TraceContext context,
      Map<String, String> tags) {
    this.emitter = emitter;
    this.traceId = traceId;
    this.spanId = RandomId.span();
    this.parentSpanId = parentSpanId;
    this.sampling = sampling;
    this.operation = operation;
    this.kind = kind;
    this.context = context;
    this.tags = tags;
    this.atStart = emitter.measured();
  }

  static ExecutionTrace start(
      TraceEmitter emitter,
      String traceId,
      @Nullable String parentSpanId,
      Sampler.Decision sampling,
      @Nullable String operation,
      @Nullable SpanKind kind,
      @Nullable TraceContext context,
      @Nullable Map<String, String> tags) {
    ExecutionTrace trace =
        new ExecutionTrace(
            emitter,
            traceId,
            parentSpanId,
            sampling,
            Texts.operation(operation),
            kind == null ? SpanKind.INTERNAL : kind,
            context,
            Texts.tags(tags));
    if (sampling.sampled()) {
      trace.emit(Step.started(), null);
    }
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

  /** Whether all of its events are published, or its end at most. */
  public boolean isSampled() {
    return sampling.sampled();
  }

  /**
   * The W3C header {@code traceparent} that makes the work of a callee part of this work; empty
   * when the trace has an id that no such header can name.
   */
  public String traceparent() {
    return TraceParent.isTraceId(traceId)
        ? new TraceParent(traceId, spanId, sampling.flags()).header()
        : "";
  }

  /** The W3C header {@code tracestate} to go with it; empty when there is nothing to say. */
  public String tracestate() {
    return sampling.state().header();
  }

  /** Adds a tag to every event from now on. */
  public synchronized ExecutionTrace tag(String key, String value) {
    tags = Texts.with(tags, key, value);
    return this;
  }

  /** Adds metadata, which is kept but not indexed, to every event from now on. */
  public synchronized ExecutionTrace metadata(String key, String value) {
    metadata = Texts.with(metadata, key, value);
    return this;
  }

  /** Adds a measure of the service's own to the next event; each is counted once. */
  public synchronized ExecutionTrace customMetric(String name, double value) {
    measures = Texts.with(measures, name, value);
    return this;
  }

  /** Adds the resources used so far to the next event, in place of what the emitter measured. */
  public synchronized ExecutionTrace resourceUsage(ResourceUsage used) {
    usage = used;
    return this;
  }

  /** Adds figures that the service computed to the next event. */
  public synchronized ExecutionTrace performanceIndicators(PerformanceIndicators figures) {
    indicators = figures;
    return this;
  }

  /** Adds figures over the whole work to its end. */
  public synchronized ExecutionTrace performanceSummary(PerformanceIndicators figures) {
    summary = figures;
    return this;
  }

  /** Adds the resources used over the whole work to its end, in place of what was measured. */
  public synchronized ExecutionTrace resourceUtilization(ResourceUsage used) {
    utilization = used;
    return this;
  }

  /** Says what the work is doing now. */
  public void update(String currentOperation) {
    publish(Step.updated(null, Texts.value(currentOperation), List.of()));
  }

  /** Says how far the work is, 0 to 100. */
  public void progress(double percent) {
    if (!Double.isNaN(percent)) {
      publish(Step.updated(Math.min(100, Math.max(0, percent)), null, List.of()));
    }
  }

  /**
   * Says that something happened.
   *
   * @param type kind of event; {@link #CONTEXT_LIFECYCLE}, {@link #PLAN_EXECUTION}, {@link
   *     #APPROVAL_WORKFLOW} and {@link #TRACE_MILESTONE} are known to the other parts
   */
  public void event(String type, String name, Map<String, String> attributes) {
    SpanEvent event =
        new SpanEvent(
            Texts.name(type), Texts.name(name), emitter.clock().instant(), Texts.tags(attributes));
    publish(Step.updated(null, null, List.of(event)));
  }

  /** Says that this work has to do with other work, which is neither its parent nor its child. */
  public void link(String otherTraceId, String otherSpanId) {
    event(LINK, otherTraceId, attributes(TRACE_ID, otherTraceId, SPAN_ID, otherSpanId));
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
    event(
        APPROVAL_WORKFLOW, "requested", attributes(APPROVAL_ID, approvalId, REQUESTER, requester));
  }

  /** Says that somebody gave consent. */
  public void approved(String approvalId, String approver) {
    event(APPROVAL_WORKFLOW, "approved", attributes(APPROVAL_ID, approvalId, APPROVER, approver));
  }

  /** Says that somebody refused consent. */
  public void rejected(String approvalId, String approver, String reason) {
    event(
        APPROVAL_WORKFLOW,
        "rejected",
        attributes(APPROVAL_ID, approvalId, APPROVER, approver, REASON, reason));
  }

  /** Says that the work has got somewhere that matters. */
  public void milestone(String name) {
    milestone(name, Map.of());
  }

  /** The same, with more to tell of it; {@code severity} of {@code critical} raises at once. */
  public void milestone(String name, Map<String, String> attributes) {
    event(TRACE_MILESTONE, name, attributes);
  }

  /**
   * Publishes an update of any fields of the contract; whose work it is stays.
   *
   * @param fields is called at once, unless the work is not sampled or has ended
   */
  public void update(Consumer<TraceEvent.Builder> fields) {
    if (!ended.get() && sampling.sampled()) {
      emit(Step.updated(null, null, List.of()), fields);
    }
  }

  /** Starts work within this work: the same trace, context and tags. */
  public ExecutionTrace child(String childOperation) {
    return child(childOperation, SpanKind.INTERNAL);
  }

  /** The same, of another role than {@code INTERNAL}. */
  public ExecutionTrace child(String childOperation, SpanKind childKind) {
    return start(
        emitter, traceId, spanId, sampling, childOperation, childKind, context, currentTags());
  }

  /** Ends the work: it did what it was for. */
  public void complete() {
    end(TraceStatus.COMPLETED, new TraceOutcome(true, null, null, null), null);
  }

  /**
   * Ends the work: it did what it was for, and this is what came out.
   *
   * @param resultType kind of result
   * @param output the result, or a reference to it
   */
  public void complete(String resultType, String output) {
    TraceOutcome outcome =
        new TraceOutcome(true, Texts.value(resultType), Texts.value(output), null);
    end(TraceStatus.COMPLETED, outcome, null);
  }

  /** Ends the work, and publishes any other fields of the contract with it. */
  public void complete(Consumer<TraceEvent.Builder> fields) {
    end(TraceStatus.COMPLETED, new TraceOutcome(true, null, null, null), fields);
  }

  /** Ends the work: it failed. */
  public void fail(Throwable cause) {
    fail(cause, null);
  }

  /** Ends the work: it failed, and publishes any other fields of the contract with it. */
  public void fail(Throwable cause, @Nullable Consumer<TraceEvent.Builder> fields) {
    if (!ended.get()) {
      TraceError error = ErrorText.of(cause);
      end(TraceStatus.FAILED, new TraceOutcome(false, null, null, error), fields);
    }
  }

  /** Ends the work: it was given up. */
  public void cancel() {
    end(TraceStatus.CANCELLED, new TraceOutcome(false, null, null, null), null);
  }

  /** Ends the work as given up, unless it has ended already. */
  @Override
  public void close() {
    if (!ended.get()) {
      cancel();
    }
  }

  private void publish(Step step) {
    if (ended.get()) {
      return;
    }
    if (sampling.sampled()) {
      emit(step, null);
    } else {
      keep(step.events());
    }
  }

  /** What would have been published with it is not to be counted at the end. */
  private synchronized void keep(List<SpanEvent> events) {
    measures = Map.of();
    usage = null;
    indicators = null;
    if (events.isEmpty()) {
      return;
    }
    ArrayDeque<SpanEvent> kept = unpublished == null ? new ArrayDeque<>() : unpublished;
    unpublished = kept;
    kept.addAll(events);
    while (kept.size() > KEPT_EVENTS) {
      kept.remove();
    }
  }

  private void emit(Step step, @Nullable Consumer<TraceEvent.Builder> fields) {
    try {
      TraceEvent event = event(step, sampling.weight());
      emitter.emit(fields == null ? event : with(event, fields));
    } catch (RuntimeException e) {
      // The boundary to the application, whose clock, maps and fields these are.
      dropInvalid(e);
    }
  }

  private void end(
      TraceStatus status, TraceOutcome outcome, @Nullable Consumer<TraceEvent.Builder> fields) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    long micros = (System.nanoTime() - startNanos) / 1_000;
    if (fields == null && !sampling.sampled() && isOrdinary(status, micros)) {
      emitter.unsampled();
      return;
    }
    try {
      Step last = Step.ended(status, micros, unpublishedEvents(), outcome);
      emitEnd(whole(event(last, weight(status, micros)), fields));
    } catch (RuntimeException e) {
      // The boundary to the application, whose clock it is.
      dropInvalid(e);
    }
  }

  private TraceEvent whole(TraceEvent event, @Nullable Consumer<TraceEvent.Builder> fields) {
    if (fields == null) {
      return event;
    }
    try {
      return with(event, fields);
    } catch (RuntimeException e) {
      // Work that never ends would look stuck, which it is not.
      dropInvalid(e);
      return event;
    }
  }

  /** How it ended decides, and that the application may have said in the event. */
  private void emitEnd(TraceEvent event) {
    if (sampling.sampled() || !isOrdinary(event.getStatus(), event.getDurationMicros())) {
      emitter.emit(event);
    } else {
      emitter.unsampled();
    }
  }

  /** Whether the lot decides over it: it neither failed nor was slow. */
  private boolean isOrdinary(TraceStatus status, @Nullable Long micros) {
    return status == TraceStatus.COMPLETED && (micros == null || !emitter.isSlow(micros));
  }

  private double weight(TraceStatus status, @Nullable Long micros) {
    return isOrdinary(status, micros) ? sampling.weight() : 1;
  }

  private void dropInvalid(RuntimeException cause) {
    log.debug("event dropped reason=invalid", cause);
    emitter.dropInvalid();
  }

  /** The event with the caller's fields. What the event is about stays. */
  private TraceEvent with(TraceEvent event, Consumer<TraceEvent.Builder> fields) {
    TraceEvent.Builder builder = TraceEvent.newBuilder(event);
    fields.accept(builder);
    boolean last = event.getType() == TraceEventType.COMPLETED;
    return builder
        .setTenantId(event.getTenantId())
        .setType(event.getType())
        .setTraceId(traceId)
        .setSpanId(spanId)
        .setParentSpanId(parentSpanId)
        .setSpanKind(kind)
        .setSamplingWeight(
            last
                ? weight(builder.getStatus(), builder.getDurationMicros())
                : event.getSamplingWeight())
        .build();
  }

  private TraceEvent event(Step step, double weight) {
    boolean last = step.type() == TraceEventType.COMPLETED;
    ResourceSample now = emitter.measured();
    synchronized (this) {
      TraceEvent event =
          new TraceEvent(
              emitter.tenant(),
              step.type(),
              traceId,
              spanId,
              parentSpanId,
              emitter.serviceName(),
              operation,
              kind,
              step.status(),
              emitter.clock().instant(),
              step.durationMicros(),
              context,
              tags,
              metadata,
              sampling.flags(),
              step.progress(),
              step.currentOperation(),
              usage(step, now),
              indicators,
              measures,
              step.events(),
              step.outcome(),
              last ? summary : null,
              last ? utilization(now) : null,
              weight);
      measures = Map.of();
      usage = null;
      indicators = null;
      return event;
    }
  }

  /** What the application says, or what was measured; at the start there is nothing to say. */
  private @Nullable ResourceUsage usage(Step step, @Nullable ResourceSample now) {
    if (usage != null || now == null || step.type() == TraceEventType.STARTED) {
      return usage;
    }
    return now.usage();
  }

  private @Nullable ResourceUsage utilization(@Nullable ResourceSample now) {
    if (utilization != null || now == null || atStart == null) {
      return utilization;
    }
    return now.usageSince(atStart);
  }

  private synchronized Map<String, String> currentTags() {
    return tags;
  }

  private synchronized List<SpanEvent> unpublishedEvents() {
    return unpublished == null ? List.of() : List.copyOf(unpublished);
  }

  /** Pairs of name and value, without those that have none. */
  private static Map<String, String> attributes(@Nullable String... namesAndValues) {
    Map<String, String> attributes = Map.of();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      attributes = Texts.with(attributes, namesAndValues[i], namesAndValues[i + 1]);
    }
    return attributes;
  }
}
