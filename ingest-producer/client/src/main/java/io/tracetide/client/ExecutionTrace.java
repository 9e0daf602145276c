package io.tracetide.client;

import io.tracetide.client.EventFields.Change;
import io.tracetide.client.context.RandomId;
import io.tracetide.client.context.TraceParent;
import io.tracetide.client.text.ErrorText;
import io.tracetide.client.text.Texts;
import io.tracetide.schemas.PerformanceIndicators;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A running span of a trace. Each method publishes one event and returns at once; nothing is
 * published after the end. Thread-safe.
 *
 * <p>Close it, preferably with try-with-resources: a span that is closed without {@link #complete}
 * or {@link #fail} is published as CANCELLED.
 *
 * <p>No method throws. Texts are cut to the limits of the gateway (names 256 characters, keys 128,
 * values 4,096, stack traces 16,384; 64 tags, metadata and custom metrics each); nulls and numbers
 * that are not finite are left out; an operation without a name is {@code unknown_operation}. An
 * event that cannot be built, because the application's code failed in {@link #update(Consumer)},
 * is counted as {@link DropReason#INVALID}; an end is then published without the application's
 * fields.
 *
 * <p>Of a span that is not sampled (see {@link Sampling}) only the end is published, and only if
 * the span failed or was slow. The end contains its last {@value EventFields#KEPT_EVENTS} events.
 */
public final class ExecutionTrace implements AutoCloseable {

  /** Type of events in the life of a context. */
  public static final String CONTEXT_LIFECYCLE = "context_lifecycle";

  /** Type of events in the execution of a plan. */
  public static final String PLAN_EXECUTION = "plan_execution";

  /** Type of events of an approval. */
  public static final String APPROVAL_WORKFLOW = "approval_workflow";

  /** Type of milestones. */
  public static final String TRACE_MILESTONE = "trace_milestone";

  /** Type of links to other spans. */
  public static final String LINK = "link";

  private static final String APPROVAL_ID = "approvalId";
  private static final String REQUESTER = "requester";
  private static final String APPROVER = "approver";
  private static final String REASON = "reason";
  private static final String TRACE_ID = "traceId";
  private static final String SPAN_ID = "spanId";

  private final TraceEmitter emitter;
  private final Sampler.Decision sampling;
  private final EventFields fields;
  private final TracePublisher publisher;

  private ExecutionTrace(TraceEmitter emitter, Sampler.Decision sampling, EventFields fields) {
    this.emitter = emitter;
    this.sampling = sampling;
    this.fields = fields;
    this.publisher = new TracePublisher(emitter, sampling, fields);
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
    EventFields.Identity identity =
        new EventFields.Identity(
            traceId,
            RandomId.span(),
            parentSpanId,
            Texts.operation(operation),
            kind == null ? SpanKind.INTERNAL : kind,
            context,
            sampling.flags());
    ExecutionTrace trace =
        new ExecutionTrace(emitter, sampling, new EventFields(emitter, identity, Texts.tags(tags)));
    trace.publisher.start();
    return trace;
  }

  /** Trace id: 32 hex digits, shared by all spans of the trace. */
  public String traceId() {
    return fields.identity().traceId();
  }

  /** Span id: 16 hex digits. */
  public String spanId() {
    return fields.identity().spanId();
  }

  /** Whether all of its events are published; otherwise at most its end. */
  public boolean isSampled() {
    return sampling.sampled();
  }

  /**
   * The W3C header {@code traceparent} with which a callee continues this trace; empty when the
   * trace id is not a W3C trace id.
   */
  public String traceparent() {
    return TraceParent.isTraceId(traceId())
        ? new TraceParent(traceId(), spanId(), sampling.flags()).header()
        : "";
  }

  /** The W3C header {@code tracestate}; may be empty. */
  public String tracestate() {
    return sampling.state().header();
  }

  /** Adds a tag to every event from now on. */
  public ExecutionTrace tag(String key, String value) {
    fields.tag(key, value);
    return this;
  }

  /** Adds metadata, which is kept but not indexed, to every event from now on. */
  public ExecutionTrace metadata(String key, String value) {
    fields.metadata(key, value);
    return this;
  }

  /** Adds a custom metric to the next event only. */
  public ExecutionTrace customMetric(String name, double value) {
    fields.customMetric(name, value);
    return this;
  }

  /** Sets the resources used so far in the next event, instead of the measured ones. */
  public ExecutionTrace resourceUsage(ResourceUsage used) {
    fields.resourceUsage(used);
    return this;
  }

  /** Sets the performance indicators of the next event. */
  public ExecutionTrace performanceIndicators(PerformanceIndicators values) {
    fields.performanceIndicators(values);
    return this;
  }

  /** Sets the performance indicators of the whole span, for its end. */
  public ExecutionTrace performanceSummary(PerformanceIndicators values) {
    fields.performanceSummary(values);
    return this;
  }

  /** Sets the resources used by the whole span, for its end, instead of the measured ones. */
  public ExecutionTrace resourceUtilization(ResourceUsage used) {
    fields.resourceUtilization(used);
    return this;
  }

  /** Publishes the current operation. */
  public void update(String currentOperation) {
    publisher.update(Change.updated(null, Texts.value(currentOperation), List.of()));
  }

  /** Publishes the progress, 0 to 100. */
  public void progress(double percent) {
    if (!Double.isNaN(percent)) {
      publisher.update(Change.updated(Math.min(100, Math.max(0, percent)), null, List.of()));
    }
  }

  /**
   * Publishes an event inside the span.
   *
   * @param type kind of event; {@link #CONTEXT_LIFECYCLE}, {@link #PLAN_EXECUTION}, {@link
   *     #APPROVAL_WORKFLOW} and {@link #TRACE_MILESTONE} have a meaning to the processor
   */
  public void event(String type, String name, Map<String, String> attributes) {
    SpanEvent event =
        new SpanEvent(
            Texts.name(type), Texts.name(name), emitter.clock().instant(), Texts.tags(attributes));
    publisher.update(Change.updated(null, null, List.of(event)));
  }

  /** Links this span to a span that is neither its parent nor its child. */
  public void link(String otherTraceId, String otherSpanId) {
    event(LINK, otherTraceId, attributes(TRACE_ID, otherTraceId, SPAN_ID, otherSpanId));
  }

  /**
   * Publishes a change of the context of this trace: {@code created}, {@code suspended}, {@code
   * closed} and so on.
   */
  public void context(String name, Map<String, String> attributes) {
    event(CONTEXT_LIFECYCLE, name, attributes);
  }

  /** Publishes the creation of the context. */
  public void contextCreated(Map<String, String> attributes) {
    context("created", attributes);
  }

  /** Publishes the start of the plan. */
  public void planStarted(Map<String, String> attributes) {
    event(PLAN_EXECUTION, "started", attributes);
  }

  /** Publishes the start of the next step of the plan. */
  public void planStep(String step) {
    planStep(step, Map.of());
  }

  /** Publishes the start of the next step of the plan, with attributes. */
  public void planStep(String step, Map<String, String> attributes) {
    event(PLAN_EXECUTION, step, attributes);
  }

  /**
   * Publishes the completion of the plan.
   *
   * @param attributes such as {@code efficiency}, or {@code completedSteps} and {@code totalSteps}
   */
  public void planCompleted(Map<String, String> attributes) {
    event(PLAN_EXECUTION, "completed", attributes);
  }

  /**
   * Publishes that the trace waits for an approval.
   *
   * @param approvalId unique among the approvals of this trace
   * @param requester name of the requester
   */
  public void approvalRequested(String approvalId, String requester) {
    event(
        APPROVAL_WORKFLOW, "requested", attributes(APPROVAL_ID, approvalId, REQUESTER, requester));
  }

  /** Publishes that an approval was granted. */
  public void approved(String approvalId, String approver) {
    event(APPROVAL_WORKFLOW, "approved", attributes(APPROVAL_ID, approvalId, APPROVER, approver));
  }

  /** Publishes that an approval was rejected. */
  public void rejected(String approvalId, String approver, String reason) {
    event(
        APPROVAL_WORKFLOW,
        "rejected",
        attributes(APPROVAL_ID, approvalId, APPROVER, approver, REASON, reason));
  }

  /** Publishes a milestone. */
  public void milestone(String name) {
    milestone(name, Map.of());
  }

  /** Publishes a milestone; one with {@code severity=critical} raises an anomaly at once. */
  public void milestone(String name, Map<String, String> attributes) {
    event(TRACE_MILESTONE, name, attributes);
  }

  /**
   * Publishes an update of any fields of the contract, except those that identify the span.
   *
   * @param more is called at once, unless the span is not sampled or has ended
   */
  public void update(Consumer<TraceEvent.Builder> more) {
    publisher.update(more);
  }

  /** Starts a child span with the same trace, context and tags. */
  public ExecutionTrace child(String childOperation) {
    return child(childOperation, SpanKind.INTERNAL);
  }

  /** Starts a child span of a kind other than {@code INTERNAL}. */
  public ExecutionTrace child(String childOperation, SpanKind childKind) {
    return start(
        emitter,
        traceId(),
        spanId(),
        sampling,
        childOperation,
        childKind,
        fields.identity().context(),
        fields.tags());
  }

  /** Ends the span successfully. */
  public void complete() {
    publisher.end(TraceStatus.COMPLETED, new TraceOutcome(true, null, null, null), null);
  }

  /**
   * Ends the span successfully with a result.
   *
   * @param resultType kind of result
   * @param output the result, or a reference to it
   */
  public void complete(String resultType, String output) {
    TraceOutcome outcome =
        new TraceOutcome(true, Texts.value(resultType), Texts.value(output), null);
    publisher.end(TraceStatus.COMPLETED, outcome, null);
  }

  /** Ends the span successfully with any other fields of the contract. */
  public void complete(Consumer<TraceEvent.Builder> more) {
    publisher.end(TraceStatus.COMPLETED, new TraceOutcome(true, null, null, null), more);
  }

  /** Ends the span as failed. */
  public void fail(Throwable cause) {
    fail(cause, null);
  }

  /** Ends the span as failed, with any other fields of the contract. */
  public void fail(Throwable cause, @Nullable Consumer<TraceEvent.Builder> more) {
    if (!publisher.hasEnded()) {
      TraceError error = ErrorText.of(cause);
      publisher.end(TraceStatus.FAILED, new TraceOutcome(false, null, null, error), more);
    }
  }

  /** Ends the span as cancelled. */
  public void cancel() {
    publisher.end(TraceStatus.CANCELLED, new TraceOutcome(false, null, null, null), null);
  }

  /** Ends the span as cancelled, unless it has ended already. */
  @Override
  public void close() {
    if (!publisher.hasEnded()) {
      cancel();
    }
  }

  /** Pairs of name and value; those with a null are left out. */
  private static Map<String, String> attributes(@Nullable String... namesAndValues) {
    Map<String, String> attributes = Map.of();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      attributes = Texts.with(attributes, namesAndValues[i], namesAndValues[i + 1]);
    }
    return attributes;
  }
}
