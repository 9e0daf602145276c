package io.tracetide.processor.query.peer.message;

import static io.tracetide.processor.query.peer.message.RequestRecords.notNegative;
import static io.tracetide.processor.query.peer.message.RequestRecords.nullable;
import static io.tracetide.processor.query.peer.message.RequestRecords.optional;

import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceSpan;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.peer.PeerSpanEnd;
import io.tracetide.schemas.peer.PeerTrace;
import io.tracetide.schemas.peer.PeerTraceSpan;
import io.tracetide.schemas.peer.PeerTraceState;
import io.tracetide.schemas.peer.PeerTraceStep;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/** Traces as Avro records, and back. */
public final class TraceRecords {
  private TraceRecords() {}

  public static PeerTrace record(TraceSnapshot trace) {
    return new PeerTrace(
        trace.tenant(),
        trace.traceId(),
        trace.service(),
        trace.operation(),
        record(trace.state()),
        nullable(trace.startedAtMicros()),
        trace.lastEventAtMicros(),
        trace.lastEventAtMs(),
        nullable(trace.durationMicros()),
        trace.progressPercentage().isPresent() ? trace.progressPercentage().getAsDouble() : null,
        trace.currentOperation(),
        trace.openSpans(),
        trace.context(),
        trace.tags(),
        trace.metadata(),
        trace.metrics(),
        trace.resources(),
        trace.steps().stream().map(TraceRecords::record).toList(),
        trace.stepsDropped(),
        trace.spans().stream().map(TraceRecords::record).toList());
  }

  /**
   * The trace of a record.
   *
   * @throws MalformedMessageException if it has a state, a step or a kind of span that this version
   *     does not have
   */
  public static TraceSnapshot snapshot(PeerTrace trace) {
    return new TraceSnapshot(
        trace.getTenant(),
        trace.getTraceId(),
        trace.getService(),
        trace.getOperation(),
        state(trace.getState()),
        optional(trace.getStartedAtMicros()),
        trace.getLastEventAtMicros(),
        trace.getLastEventReceivedMs(),
        optional(trace.getDurationMicros()),
        trace.getProgressPercentage() == null
            ? OptionalDouble.empty()
            : OptionalDouble.of(trace.getProgressPercentage()),
        trace.getCurrentOperation(),
        notNegative(trace.getOpenSpans()),
        trace.getContext(),
        trace.getTags(),
        trace.getMetadata(),
        trace.getMetrics(),
        trace.getResources(),
        trace.getSteps().stream().map(TraceRecords::step).toList(),
        notNegative(trace.getStepsDropped()),
        trace.getSpans().stream().map(TraceRecords::span).toList());
  }

  private static PeerTraceState record(LifecycleState state) {
    if (state instanceof LifecycleState.Stuck stuck) {
      return new PeerTraceState(state.label(), stuck.sinceMs(), stuck.boundMs(), "", "");
    } else if (state instanceof LifecycleState.Failed failed) {
      return new PeerTraceState(
          state.label(), failed.endedAtMicros(), 0L, failed.errorType(), failed.errorMessage());
    }
    long at = 0;
    if (state instanceof LifecycleState.Abandoned abandoned) {
      at = abandoned.sinceMs();
    } else if (state instanceof LifecycleState.Completed completed) {
      at = completed.endedAtMicros();
    } else if (state instanceof LifecycleState.Cancelled cancelled) {
      at = cancelled.endedAtMicros();
    }
    return new PeerTraceState(state.label(), at, 0L, "", "");
  }

  private static LifecycleState state(PeerTraceState state) {
    return switch (state.getLabel()) {
      case "running" -> new LifecycleState.Running();
      case "stuck" -> new LifecycleState.Stuck(state.getAt(), state.getBoundMs());
      case "abandoned" -> new LifecycleState.Abandoned(state.getAt());
      case "completed" -> new LifecycleState.Completed(state.getAt());
      case "failed" ->
          new LifecycleState.Failed(state.getAt(), state.getErrorType(), state.getErrorMessage());
      case "cancelled" -> new LifecycleState.Cancelled(state.getAt());
      default -> throw MalformedMessageException.otherFormat("unknown state of a trace");
    };
  }

  private static PeerTraceStep record(TraceStep step) {
    return new PeerTraceStep(
        step.atMicros(),
        step.kind().name(),
        step.service(),
        step.operation(),
        step.spanId(),
        step.name(),
        step.attributes());
  }

  private static TraceStep step(PeerTraceStep step) {
    TraceStep.Kind kind = named(TraceStep.Kind.values(), step.getKind());
    return new TraceStep(
        step.getAtMicros(),
        kind,
        step.getService(),
        step.getOperation(),
        step.getSpanId(),
        step.getName(),
        step.getAttributes());
  }

  private static PeerTraceSpan record(TraceSpan span) {
    return new PeerTraceSpan(
        span.spanId(),
        span.parentSpanId(),
        span.service(),
        span.operation(),
        span.kind().name(),
        nullable(span.startedAtMicros()),
        span.end()
            .map(
                end ->
                    new PeerSpanEnd(
                        end.atMicros(),
                        end.status().name(),
                        end.durationMicros(),
                        end.errorType(),
                        end.errorMessage()))
            .orElse(null),
        nullable(span.durationMicros()),
        span.tags());
  }

  private static TraceSpan span(PeerTraceSpan span) {
    PeerSpanEnd end = span.getEnd();
    return new TraceSpan(
        span.getSpanId(),
        span.getParentSpanId(),
        span.getService(),
        span.getOperation(),
        named(SpanKind.values(), span.getKind()),
        optional(span.getStartedAtMicros()),
        end == null
            ? Optional.empty()
            : Optional.of(
                new SpanEnd(
                    end.getAtMicros(),
                    named(TraceStatus.values(), end.getStatus()),
                    end.getDurationMicros(),
                    end.getErrorType(),
                    end.getErrorMessage())),
        optional(span.getDurationMicros()),
        span.getTags());
  }

  private static <E extends Enum<E>> E named(E[] known, String name) {
    return Arrays.stream(known)
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> MalformedMessageException.otherFormat("unknown name in a part of a trace"));
  }
}
