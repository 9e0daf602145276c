package io.tracetide.query.answer;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One trace.
 *
 * @param state {@code running}, {@code stuck}, {@code completed}, {@code failed}, {@code
 *     cancelled}, or "abandoned"
 * @param startedAt null when it is not known
 * @param endedAt null when it has not ended
 * @param durationMs null when it has not ended, or no start is known
 * @param events by time; empty when they were not requested
 * @param eventsDropped events left out of {@code events}
 * @param openSpans spans that have started and not ended
 * @param stuckSince when it exceeded the allowed time without an event; null when it is not stuck
 * @param error null when it has not failed
 * @param metrics newest value of each of its metrics
 * @param resources newest value of each resource
 * @param spans spans with at least one kept event; of a trace that was requested by its id only
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
    List<Event> events,
    int eventsDropped,
    int openSpans,
    @Nullable Instant stuckSince,
    @Nullable Long allowedSilenceMs,
    @Nullable Instant abandonedAt,
    @Nullable Failure error,
    Map<String, String> metadata,
    Map<String, @Nullable Double> metrics,
    Map<String, @Nullable Double> resources,
    List<Span> spans) {

  public Trace {
    context = Values.map(context);
    tags = Values.map(tags);
    events = Values.list(events);
    metadata = Values.map(metadata);
    metrics = Values.map(metrics);
    resources = Values.map(resources);
    spans = Values.list(spans);
  }

  /**
   * An event.
   *
   * @param offsetMs since the start of the trace; null when that is not known
   * @param kind {@code started}, {@code updated}, {@code ended}, {@code event}, or a type that
   *     Tracetide interprets, such as {@code approval_workflow}
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
    public Event {
      attributes = Values.map(attributes);
    }
  }

  /**
   * A span.
   *
   * @param spanId null when the trace has no span ids
   * @param parentSpanId null at the root, and when it is not known
   * @param kind {@code server}, {@code client}, {@code producer}, {@code consumer}, {@code
   *     internal} or {@code unspecified}
   * @param status {@code running} while it is open
   * @param error null when it has not failed
   */
  public record Span(
      @Nullable String spanId,
      @Nullable String parentSpanId,
      String service,
      String operation,
      String kind,
      String status,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable Double durationMs,
      @Nullable Failure error,
      Map<String, String> tags) {
    public Span {
      tags = Values.map(tags);
    }
  }

  /** The error of a failed trace; texts are empty when they are not known. */
  public record Failure(String type, String message) {}
}
