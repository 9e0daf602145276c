package io.tracetide.schemas.mapping;

import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceError;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an event of a span means. One of OpenTelemetry has only a name, which is its type too. One
 * of a shared type says the type by its name or by an attribute, and may have a name of its own in
 * another. One that is an exception says why the span failed.
 */
public final class SpanEventReading {

  /** Type of the event that a link of a span becomes. */
  private static final String LINK = "link";

  private static final String TRACE_ID = "traceId";
  private static final String SPAN_ID = "spanId";

  /** Types of events that several modules understand. */
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

  /** Looks at an attribute, which stays one of the event's whatever it means. */
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

  /** The event, of that name in its span. */
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
   * A link to another span as an event, named by the other trace, for the contract has no links.
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

  /** The error, if an event of that name tells of one and says what it is. */
  public @Nullable TraceError error(String name) {
    return name.equals("exception") && !(exceptionType.isEmpty() && exceptionMessage.isEmpty())
        ? new TraceError(
            exceptionType, exceptionMessage, exceptionStack.isEmpty() ? null : exceptionStack)
        : null;
  }
}
