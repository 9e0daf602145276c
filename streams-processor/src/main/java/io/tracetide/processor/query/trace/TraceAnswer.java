package io.tracetide.processor.query.trace;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceSpan;
import io.tracetide.processor.query.request.MetricValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/traces/{id}}: the fields of the trace as in a list, and its spans.
 *
 * @param spans spans by start, the first 200
 */
public record TraceAnswer(@JsonUnwrapped TracesAnswer.Trace trace, List<Span> spans) {
  public TraceAnswer {
    spans = List.copyOf(spans);
  }

  static TraceAnswer of(TraceSnapshot trace) {
    List<Span> spans = new ArrayList<>(trace.spans().stream().map(Span::of).toList());
    spans.sort(
        Comparator.comparing(Span::startedAt, Comparator.nullsLast(Comparator.naturalOrder())));
    return new TraceAnswer(TracesAnswer.Trace.of(trace, true), spans);
  }

  /**
   * One span.
   *
   * @param spanId null when the trace has no span ids
   * @param parentSpanId null at the root, and when it is not known
   * @param kind side of the call, in lower case; unspecified when it is not known
   * @param startedAt null when it is not known
   * @param endedAt null while it is open
   * @param status of its end, in lower case; running while it is open
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
      TracesAnswer.@Nullable Failure error,
      Map<String, String> tags) {

    static Span of(TraceSpan span) {
      Optional<SpanEnd> end = span.end();
      return new Span(
          span.spanId().isEmpty() ? null : span.spanId(),
          span.parentSpanId().isEmpty() ? null : span.parentSpanId(),
          span.service(),
          span.operation(),
          span.kind().name().toLowerCase(Locale.ROOT),
          end.map(known -> known.status().name().toLowerCase(Locale.ROOT)).orElse("running"),
          TracesAnswer.timeOrNull(span.startedAtMicros()),
          end.map(known -> TracesAnswer.time(known.atMicros())).orElse(null),
          span.durationMicros().isPresent()
              ? MetricValue.exactMillis((double) span.durationMicros().getAsLong())
              : null,
          end.filter(SpanEnd::isFailed)
              .map(failed -> new TracesAnswer.Failure(failed.errorType(), failed.errorMessage()))
              .orElse(null),
          new TreeMap<>(span.tags()));
    }
  }
}
