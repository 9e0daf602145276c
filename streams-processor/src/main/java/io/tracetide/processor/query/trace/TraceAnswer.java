package io.tracetide.processor.query.trace;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.query.request.MetricValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/traces/{id}}: the fields of the trace as in a list, and its spans.
 *
 * @param spans spans with at least one kept event, by start
 */
public record TraceAnswer(@JsonUnwrapped TracesAnswer.Trace trace, List<Span> spans) {
  public TraceAnswer {
    spans = List.copyOf(spans);
  }

  static TraceAnswer of(TraceSnapshot trace) {
    Map<String, Course> courses = new LinkedHashMap<>();
    for (TraceStep step : trace.steps()) {
      courses.computeIfAbsent(step.spanId(), id -> new Course(step)).add(step);
    }
    List<Span> spans = new ArrayList<>();
    courses.forEach((id, course) -> spans.add(course.span(id)));
    spans.sort(
        Comparator.comparing(Span::startedAt, Comparator.nullsLast(Comparator.naturalOrder())));
    return new TraceAnswer(TracesAnswer.Trace.of(trace, true), spans);
  }

  /**
   * One span.
   *
   * @param spanId null when the trace is one span
   * @param parentSpanId null at the root, and when it is not known
   * @param startedAt null when it is not known
   * @param endedAt null while it is open
   * @param status of its end, in lower case; running while it is open
   */
  public record Span(
      @Nullable String spanId,
      @Nullable String parentSpanId,
      String service,
      String operation,
      String status,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable Double durationMs) {}

  /** A span as its steps describe it. */
  private static final class Course {
    private static final String RUNNING = "running";

    private final TraceStep first;
    private String parent = "";
    private String status = RUNNING;
    private OptionalLong start = OptionalLong.empty();
    private OptionalLong end = OptionalLong.empty();
    private OptionalLong toldDuration = OptionalLong.empty();

    Course(TraceStep first) {
      this.first = first;
    }

    void add(TraceStep step) {
      parent = step.attributes().getOrDefault(TraceStep.PARENT_SPAN_ID, parent);
      switch (step.kind()) {
        case STARTED -> start = OptionalLong.of(step.atMicros());
        case ENDED -> {
          end = OptionalLong.of(step.atMicros());
          status = step.name().toLowerCase(Locale.ROOT);
          toldDuration = number(step.attributes().get(TraceStep.DURATION_MICROS));
        }
        default -> {}
      }
    }

    Span span(String id) {
      OptionalLong begin = start;
      if (begin.isEmpty() && end.isPresent() && toldDuration.isPresent()) {
        begin = OptionalLong.of(end.getAsLong() - toldDuration.getAsLong());
      }
      OptionalLong duration = toldDuration;
      if (duration.isEmpty() && begin.isPresent() && end.isPresent()) {
        duration = OptionalLong.of(end.getAsLong() - begin.getAsLong());
      }
      return new Span(
          id.isEmpty() ? null : id,
          parent.isEmpty() ? null : parent,
          first.service(),
          first.operation(),
          status,
          TracesAnswer.timeOrNull(begin),
          TracesAnswer.timeOrNull(end),
          duration.isPresent() ? MetricValue.exactMillis((double) duration.getAsLong()) : null);
    }

    private static OptionalLong number(@Nullable String text) {
      if (text == null) {
        return OptionalLong.empty();
      }
      try {
        return OptionalLong.of(Long.parseLong(text));
      } catch (NumberFormatException notANumber) {
        return OptionalLong.empty();
      }
    }
  }
}
