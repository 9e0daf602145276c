package io.tracetide.processor.ledger.trace;

import io.tracetide.runtime.privacy.Findings;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts masks in the place of personal data in events that services wrote themselves, past the
 * gateway, before they are kept or shown. Ids of the trace and of its tenant stay, for they say
 * where it is found. Thread-safe.
 */
public final class TraceMask {

  /** Metadata that names what was masked, separated by commas; the gateway writes it, too. */
  public static final String MASKED = "tracetide.masked";

  private final Masker masker;

  public TraceMask(Masker masker) {
    this.masker = masker;
  }

  /** The event with masks in it, and with a note of them; the same object when there are none. */
  public TraceEvent masked(TraceEvent event) {
    Pass pass = new Pass(masker);
    Texts texts = pass.texts(event);
    return texts == null ? event : texts.into(event, pass);
  }

  /** What metadata or tags say was masked. */
  public static Set<String> told(Map<String, String> texts) {
    Set<String> told = new TreeSet<>();
    for (String each : texts.getOrDefault(MASKED, "").split(",", -1)) {
      if (!each.isBlank()) {
        told.add(each.strip());
      }
    }
    return told;
  }

  /** Metadata that says so of these classes; the same object when there are none. */
  public static Map<String, String> note(Map<String, String> metadata, Set<String> classes) {
    if (classes.isEmpty()) {
      return metadata;
    }
    Set<String> all = told(metadata);
    all.addAll(classes);
    Map<String, String> noted = new LinkedHashMap<>(metadata);
    noted.put(MASKED, String.join(",", all));
    return noted;
  }

  /** The texts of an event after they were masked. */
  private record Texts(
      String spanId,
      @Nullable String parentSpanId,
      String service,
      String operation,
      @Nullable String doing,
      @Nullable TraceContext context,
      Map<String, String> tags,
      Map<String, String> metadata,
      Map<String, Double> metrics,
      List<SpanEvent> events,
      @Nullable TraceOutcome outcome) {

    TraceEvent into(TraceEvent event, Pass pass) {
      return TraceEvent.newBuilder(event)
          .setSpanId(spanId)
          .setParentSpanId(parentSpanId)
          .setServiceName(service)
          .setOperationName(operation)
          .setCurrentOperation(doing)
          .setContext(context)
          .setTags(tags)
          .setMetadata(note(metadata, pass.classes()))
          .setCustomMetrics(metrics)
          .setEvents(events)
          .setOutcome(outcome)
          .build();
    }
  }

  /** One pass over one event. */
  private static final class Pass {
    private final Masker masker;
    private final Findings findings;
    private long found;

    Pass(Masker masker) {
      this.masker = masker;
      this.findings = masker.findings();
    }

    Set<String> classes() {
      return told(Map.of(MASKED, findings.names(found)));
    }

    /** Null when there was nothing to mask. */
    @Nullable Texts texts(TraceEvent event) {
      Texts texts =
          new Texts(
              id(event.getSpanId()),
              event.getParentSpanId() == null ? null : id(event.getParentSpanId()),
              text(event.getServiceName()),
              text(event.getOperationName()),
              textOrNull(event.getCurrentOperation()),
              context(event.getContext()),
              map(event.getTags()),
              map(event.getMetadata()),
              names(event.getCustomMetrics()),
              events(event.getEvents()),
              outcome(event.getOutcome()));
      return found == 0 ? null : texts;
    }

    private String text(String text) {
      return noted(text, masker.mask(text, Integer.MAX_VALUE, findings));
    }

    private String id(String text) {
      return noted(text, masker.id(text, findings));
    }

    private @Nullable String textOrNull(@Nullable String text) {
      return text == null ? null : text(text);
    }

    /** What was a mask before is no finding. */
    private String noted(String before, String after) {
      long classes = findings.take();
      if (!after.equals(before)) {
        found |= classes;
      }
      return after;
    }

    private Map<String, String> map(Map<String, String> texts) {
      if (masker.mask(texts) == texts) {
        return texts;
      }
      Map<String, String> masked = new LinkedHashMap<>();
      texts.forEach((key, value) -> masked.put(text(key), value(key, value)));
      return masked;
    }

    private String value(String key, String value) {
      return key.equals(MASKED)
          ? value
          : noted(value, masker.value(key, value, Integer.MAX_VALUE, findings));
    }

    private Map<String, Double> names(Map<String, Double> values) {
      if (values.isEmpty()) {
        return values;
      }
      Map<String, Double> masked = new LinkedHashMap<>();
      values.forEach((name, value) -> masked.put(text(name), value));
      return masked;
    }

    private @Nullable TraceContext context(@Nullable TraceContext told) {
      return told == null
          ? null
          : new TraceContext(
              textOrNull(told.getContextId()),
              textOrNull(told.getPlanId()),
              textOrNull(told.getUserId()),
              textOrNull(told.getSessionId()),
              textOrNull(told.getCorrelationId()));
    }

    private List<SpanEvent> events(List<SpanEvent> events) {
      List<SpanEvent> masked = new ArrayList<>(events.size());
      for (SpanEvent each : events) {
        masked.add(
            new SpanEvent(
                text(each.getEventType()),
                text(each.getEventName()),
                each.getTimestamp(),
                map(each.getAttributes())));
      }
      return masked;
    }

    private @Nullable TraceOutcome outcome(@Nullable TraceOutcome told) {
      if (told == null) {
        return null;
      }
      TraceError error = told.getError();
      return new TraceOutcome(
          told.getSuccess(),
          textOrNull(told.getResultType()),
          textOrNull(told.getOutput()),
          error == null
              ? null
              : new TraceError(
                  text(error.getType()), text(error.getMessage()), textOrNull(error.getStack())));
    }
  }
}
