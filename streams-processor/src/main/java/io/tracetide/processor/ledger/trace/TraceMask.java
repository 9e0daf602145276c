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
 * Masks personal data in events that services wrote to Kafka themselves, without the gateway,
 * before they are stored or returned. The ids of the trace and its tenant are not masked, because
 * they are its keys. Thread-safe.
 */
public final class TraceMask {

  /** Metadata key with the classes of masked data, comma-separated; the gateway writes it, too. */
  public static final String MASKED = "tracetide.masked";

  private final Masker masker;

  public TraceMask(Masker masker) {
    this.masker = masker;
  }

  /** The masked event with {@link #MASKED} metadata; the same object when nothing is masked. */
  public TraceEvent masked(TraceEvent event) {
    Pass pass = new Pass(masker);
    Texts texts = pass.texts(event);
    return texts == null ? event : texts.into(event, pass);
  }

  /** The classes of masked data in metadata or tags. */
  public static Set<String> maskedClasses(Map<String, String> texts) {
    Set<String> found = new TreeSet<>();
    for (String each : texts.getOrDefault(MASKED, "").split(",", -1)) {
      if (!each.isBlank()) {
        found.add(each.strip());
      }
    }
    return found;
  }

  /** Metadata with these classes added to {@link #MASKED}; the same object when there are none. */
  public static Map<String, String> note(Map<String, String> metadata, Set<String> classes) {
    if (classes.isEmpty()) {
      return metadata;
    }
    Set<String> all = maskedClasses(metadata);
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
      return maskedClasses(Map.of(MASKED, findings.names(found)));
    }

    /** The masked texts; null when there was nothing to mask. */
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

    /** Adds the found classes; a text that was masked before is not a finding. */
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

    private @Nullable TraceContext context(@Nullable TraceContext original) {
      return original == null
          ? null
          : new TraceContext(
              textOrNull(original.getContextId()),
              textOrNull(original.getPlanId()),
              textOrNull(original.getUserId()),
              textOrNull(original.getSessionId()),
              textOrNull(original.getCorrelationId()));
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

    private @Nullable TraceOutcome outcome(@Nullable TraceOutcome original) {
      if (original == null) {
        return null;
      }
      TraceError error = original.getError();
      return new TraceOutcome(
          original.getSuccess(),
          textOrNull(original.getResultType()),
          textOrNull(original.getOutput()),
          error == null
              ? null
              : new TraceError(
                  text(error.getType()), text(error.getMessage()), textOrNull(error.getStack())));
    }
  }
}
