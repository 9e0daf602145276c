package io.tracetide.schemas.mapping;

import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceError;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts an event of a span. An event of OpenTelemetry has only a name, which is also its type.
 * An event of a shared type has the type in its name or in an attribute, and may have its name in
 * another attribute. An exception event holds the error of the span.
 */
public final class SpanEventReading {

  /** Type of the event that a link of a span becomes. */
  private static final String LINK = "link";

  private static final String TRACE_ID = "traceId";
  private static final String SPAN_ID = "spanId";

  /** Types of events with a meaning in several modules. */
  private static final Set<String> SHARED =
      Set.of("context_lifecycle", "plan_execution", "approval_workflow", "trace_milestone");

  private final SpanText text;
  private String sharedType = "";
  private String eventName = "";
  private String plainName = "";
  private String exceptionType = "";
  private String exceptionMessage = "";
  private String exceptionStack = "";

  public SpanEventReading(SpanText text) {
    this.text = text;
  }

  /** Reads an attribute, which stays an attribute of the event in any case. */
  public void attribute(String key, String value) {
    switch (key) {
      case "exception.type" -> exceptionType = text.name(value);
      case "exception.message" -> exceptionMessage = text.value(value);
      case "exception.stacktrace" -> exceptionStack = text.stack(value);
      case "tracetide.event_type", "event.type" ->
          sharedType = SHARED.contains(value) ? value : sharedType;
      case "event.name" -> eventName = text.name(value);
      case "name" -> plainName = text.name(value);
      default -> {}
    }
  }

  /** The event, which has this name in its span. */
  public SpanEvent event(String name, Instant at, Map<String, String> attributes) {
    String type = sharedType.isEmpty() ? name : sharedType;
    return new SpanEvent(type, SHARED.contains(type) ? ownName(name) : name, at, attributes);
  }

  private String ownName(String name) {
    if (!eventName.isEmpty()) {
      return eventName;
    }
    return plainName.isEmpty() ? name : plainName;
  }

  /**
   * Converts a link to another span to an event with the id of the other trace as name, because the
   * contract has no links.
   *
   * @param at when the linking span began
   * @param attributes of the link itself
   */
  public static SpanEvent link(
      String traceId, String spanId, Instant at, Map<String, String> attributes) {
    Map<String, String> named = new LinkedHashMap<>(attributes);
    named.put(TRACE_ID, traceId);
    named.put(SPAN_ID, spanId);
    return new SpanEvent(LINK, traceId, at, named);
  }

  /** The error that an event of this name describes; null when it describes none. */
  public @Nullable TraceError error(String name) {
    return name.equals("exception") && !(exceptionType.isEmpty() && exceptionMessage.isEmpty())
        ? new TraceError(
            exceptionType, exceptionMessage, exceptionStack.isEmpty() ? null : exceptionStack)
        : null;
  }
}
