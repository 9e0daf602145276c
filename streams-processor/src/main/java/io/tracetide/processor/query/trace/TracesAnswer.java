package io.tracetide.processor.query.trace;

import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.query.request.MetricValue;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/traces}.
 *
 * @param cursor start of the next page; null on the last page
 */
public record TracesAnswer(
    boolean partial, List<String> missing, List<Trace> traces, @Nullable String cursor) {

  public TracesAnswer {
    missing = List.copyOf(missing);
    traces = List.copyOf(traces);
  }

  /**
   * One trace.
   *
   * @param startedAt null when it is not known
   * @param endedAt null when it has not ended
   * @param durationMs null when it has not ended, or no start is known
   * @param events its events by time; null when they were not requested
   * @param eventsDropped events left out of {@code events}, between the first and the newest ones
   * @param openSpans spans that have started and not ended
   * @param stuckSince when it exceeded the allowed time without an event; null when it is not stuck
   * @param allowedSilenceMs allowed time without an event; null when it is not stuck
   * @param abandonedAt when it was abandoned; null when it is open or has ended
   * @param error null when it has not failed
   * @param metrics newest value of each of its metrics
   * @param resources newest value of each resource
   */
  public record Trace(
      String traceId,
      String tenant,
      String service,
      String operation,
      String state,
      @Nullable Instant startedAt,
      Instant lastEventAt,
      @Nullable Instant endedAt,
      @Nullable Double durationMs,
      @Nullable Double progressPercentage,
      @Nullable String currentOperation,
      Map<String, String> context,
      Map<String, String> tags,
      @Nullable List<Event> events,
      int eventsDropped,
      int openSpans,
      @Nullable Instant stuckSince,
      @Nullable Long allowedSilenceMs,
      @Nullable Instant abandonedAt,
      @Nullable Failure error,
      Map<String, String> metadata,
      Map<String, @Nullable Double> metrics,
      Map<String, @Nullable Double> resources) {

    /** The trace as answers contain it. */
    public static Trace of(TraceSnapshot trace, boolean withEvents) {
      LifecycleState state = trace.state();
      OptionalLong endedAt = endMicros(state);
      LifecycleState.@Nullable Stuck stuck = state instanceof LifecycleState.Stuck is ? is : null;
      return new Trace(
          trace.traceId(),
          trace.tenant(),
          trace.service(),
          trace.operation(),
          state.label(),
          timeOrNull(trace.startedAtMicros()),
          time(trace.lastEventAtMicros()),
          timeOrNull(endedAt),
          trace.durationMicros().isPresent()
              ? MetricValue.exactMillis((double) trace.durationMicros().getAsLong())
              : null,
          trace.progressPercentage().isPresent()
              ? MetricValue.exact(trace.progressPercentage().getAsDouble())
              : null,
          trace.currentOperation().isEmpty() ? null : trace.currentOperation(),
          sorted(trace.context()),
          sorted(trace.tags()),
          withEvents
              ? trace.steps().stream().map(step -> Event.of(step, trace.startedAtMicros())).toList()
              : null,
          trace.stepsDropped(),
          trace.openSpans(),
          stuck == null ? null : Instant.ofEpochMilli(stuck.sinceMs()),
          stuck == null ? null : stuck.boundMs(),
          state instanceof LifecycleState.Abandoned abandoned
              ? Instant.ofEpochMilli(abandoned.sinceMs())
              : null,
          state instanceof LifecycleState.Failed failed
              ? new Failure(failed.errorType(), failed.errorMessage())
              : null,
          sorted(trace.metadata()),
          rounded(trace.metrics()),
          rounded(trace.resources()));
    }

    private static OptionalLong endMicros(LifecycleState state) {
      if (state instanceof LifecycleState.Completed completed) {
        return OptionalLong.of(completed.endedAtMicros());
      } else if (state instanceof LifecycleState.Failed failed) {
        return OptionalLong.of(failed.endedAtMicros());
      } else if (state instanceof LifecycleState.Cancelled cancelled) {
        return OptionalLong.of(cancelled.endedAtMicros());
      }
      return OptionalLong.empty();
    }

    private static Map<String, @Nullable Double> rounded(Map<String, Double> values) {
      Map<String, @Nullable Double> result = new TreeMap<>();
      values.forEach((name, value) -> result.put(name, MetricValue.exact(value)));
      return Collections.unmodifiableMap(result);
    }
  }

  /** The error of a failed trace; texts are empty when they are not known. */
  public record Failure(String type, String message) {}

  /**
   * An event of a trace.
   *
   * @param offsetMs time since the start of the trace; null when it is not known
   * @param kind started, updated, ended, event, or one of the event types that Tracetide interprets
   * @param spanId null when the trace is one span
   */
  public record Event(
      Instant timestamp,
      @Nullable Double offsetMs,
      String kind,
      String service,
      String operation,
      @Nullable String spanId,
      String name,
      Map<String, String> attributes) {

    static Event of(TraceStep step, OptionalLong startMicros) {
      return new Event(
          time(step.atMicros()),
          startMicros.isPresent()
              ? MetricValue.exactMillis((double) (step.atMicros() - startMicros.getAsLong()))
              : null,
          step.kind().name().toLowerCase(Locale.ROOT),
          step.service(),
          step.operation(),
          step.spanId().isEmpty() ? null : step.spanId(),
          step.name(),
          sorted(step.attributes()));
    }
  }

  static Instant time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  static @Nullable Instant timeOrNull(OptionalLong micros) {
    return micros.isPresent() ? time(micros.getAsLong()) : null;
  }

  private static Map<String, String> sorted(Map<String, String> texts) {
    return Collections.unmodifiableMap(new TreeMap<>(texts));
  }
}
