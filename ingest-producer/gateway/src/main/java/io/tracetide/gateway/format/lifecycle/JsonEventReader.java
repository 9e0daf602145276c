package io.tracetide.gateway.format.lifecycle;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.TextMap;
import io.tracetide.gateway.record.Truncation;
import io.tracetide.schemas.PerformanceIndicators;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Converts the JSON fields of an event. */
final class JsonEventReader {

  /** Longer ids are refused: a cut id could be that of another trace. */
  private static final int MAX_ID_LENGTH = 128;

  private static final double MAX_WEIGHT = 1e6;
  private static final int MAX_FLAGS = 0xFF;

  private static final Set<String> KNOWN_FIELDS =
      TraceEvent.getClassSchema().getFields().stream()
          .map(Schema.Field::name)
          .collect(Collectors.toUnmodifiableSet());

  /** Fields that only a COMPLETED event has. */
  private static final List<String> FIELDS_OF_COMPLETED =
      List.of("durationMicros", "outcome", "performanceSummary", "resourceUtilization");

  private final RecordBatchBuilder batch;
  private final Fields fields;

  JsonEventReader(RecordBatchBuilder batch, Fields fields) {
    this.batch = batch;
    this.fields = fields;
  }

  TraceEvent event() {
    TraceEventType type = fields.constant("type", TraceEventType.class);
    if (type == null) {
      throw new InvalidFieldException("type", "STARTED, UPDATED, COMPLETED");
    }
    Instant timestamp = requireNonNullElse(fields.time("timestamp"), batch.now());
    boolean completed = type == TraceEventType.COMPLETED;
    TraceOutcome outcome = completed ? outcome() : null;
    countIgnoredFields(completed);
    return new TraceEvent(
        /* tenantId= */ batch.tenant(),
        /* type= */ type,
        /* traceId= */ batch.text().id(id("traceId", fields.required("traceId"))),
        /* spanId= */ batch.text().id(id("spanId", requireNonNullElse(fields.text("spanId"), ""))),
        /* parentSpanId= */ optionalId("parentSpanId"),
        /* serviceName= */ batch.text().name(fields.required("serviceName")),
        /* operationName= */ batch.text().name(fields.required("operationName")),
        /* spanKind= */ spanKind(),
        /* status= */ status(completed, outcome),
        /* timestamp= */ timestamp,
        /* durationMicros= */ completed ? durationMicros() : null,
        /* context= */ context(),
        /* tags= */ texts(fields, "tags", batch.tags()),
        /* metadata= */ texts(fields, "metadata", batch.metadata()),
        /* traceFlags= */ (int) fields.number("traceFlags", 0, MAX_FLAGS, 0),
        /* progressPercentage= */ progress(),
        /* currentOperation= */ name("currentOperation"),
        /* resourceUsage= */ resourceUsage("resourceUsage"),
        /* performanceIndicators= */ indicators("performanceIndicators"),
        /* customMetrics= */ customMetrics(),
        /* events= */ events(timestamp),
        /* outcome= */ outcome,
        /* performanceSummary= */ completed ? indicators("performanceSummary") : null,
        /* resourceUtilization= */ completed ? resourceUsage("resourceUtilization") : null,
        /* samplingWeight= */ fields.number("samplingWeight", 1, MAX_WEIGHT, 1));
  }

  private void countIgnoredFields(boolean completed) {
    int ignored = 0;
    for (Map.Entry<String, JsonNode> field : fields.object().properties()) {
      if (!KNOWN_FIELDS.contains(field.getKey())) {
        ignored++;
      }
    }
    if (!completed) {
      ignored += (int) FIELDS_OF_COMPLETED.stream().filter(fields::has).count();
    }
    batch.truncations().count(Truncation.FIELD_IGNORED, ignored);
  }

  /** The contract maps kinds of later versions to UNSPECIFIED. */
  private SpanKind spanKind() {
    SpanKind kind = fields.knownConstant("spanKind", SpanKind.class);
    if (kind == null && fields.has("spanKind")) {
      batch.truncations().count(Truncation.FIELD_IGNORED);
    }
    return requireNonNullElse(kind, SpanKind.UNSPECIFIED);
  }

  /** Derived from the outcome when a COMPLETED event has no status. */
  private TraceStatus status(boolean completed, @Nullable TraceOutcome outcome) {
    TraceStatus status = fields.constant("status", TraceStatus.class);
    if (status != null || !completed) {
      return requireNonNullElse(status, TraceStatus.RUNNING);
    }
    return outcome != null && !outcome.getSuccess() ? TraceStatus.FAILED : TraceStatus.COMPLETED;
  }

  private @Nullable Long durationMicros() {
    Long duration = fields.integer("durationMicros");
    if (duration != null && duration < 0) {
      batch.truncations().count(Truncation.NEGATIVE_DURATION);
      return 0L;
    }
    return duration;
  }

  private @Nullable Double progress() {
    return fields.number("progressPercentage") == null
        ? null
        : fields.number("progressPercentage", 0, 100, 0);
  }

  private @Nullable TraceContext context() {
    Fields context = fields.nested("context");
    return context == null
        ? null
        : new TraceContext(
            value(context, "contextId"),
            value(context, "planId"),
            value(context, "userId"),
            value(context, "sessionId"),
            value(context, "correlationId"));
  }

  private @Nullable ResourceUsage resourceUsage(String name) {
    Fields usage = fields.nested(name);
    return usage == null
        ? null
        : new ResourceUsage(
            usage.number("cpuUsagePercent"),
            usage.number("memoryUsageMb"),
            usage.number("networkIoKb"),
            usage.number("diskIoKb"));
  }

  private @Nullable PerformanceIndicators indicators(String name) {
    Fields indicators = fields.nested(name);
    return indicators == null
        ? null
        : new PerformanceIndicators(
            indicators.number("throughputOpsPerSec"),
            indicators.number("latencyP95Ms"),
            indicators.number("errorRatePercent"),
            indicators.number("successRatePercent"));
  }

  private Map<String, Double> customMetrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> metric : fields.entries("customMetrics")) {
      if (metrics.size() == batch.limits().tags()) {
        batch.truncations().count(Truncation.TAG_DROPPED);
      } else {
        metrics.put(
            batch.text().key(metric.getKey()), Fields.number(metric.getValue(), "customMetrics"));
      }
    }
    return metrics;
  }

  private List<SpanEvent> events(Instant timestamp) {
    JsonNode elements = fields.children("events");
    if (elements.isMissingNode() || elements.isNull()) {
      return List.of();
    }
    if (!elements.isArray()) {
      throw new InvalidFieldException("events", "an array");
    }
    int kept = Math.min(elements.size(), batch.limits().events());
    batch.truncations().count(Truncation.EVENT_DROPPED, elements.size() - kept);
    List<SpanEvent> events = new ArrayList<>(kept);
    for (int i = 0; i < kept; i++) {
      Fields event = new Fields(elements.get(i), "events[" + i + "]");
      Instant at = eventTime(event, timestamp);
      if (at == null) {
        batch.truncations().count(Truncation.EVENT_TIME_INVALID);
      } else {
        events.add(
            new SpanEvent(
                name(event, "eventType"),
                name(event, "eventName"),
                at,
                texts(event, "attributes", batch.eventAttributes())));
      }
    }
    return events;
  }

  /** Null when the time is invalid: only this event is dropped, not the record. */
  private static @Nullable Instant eventTime(Fields event, Instant absent) {
    try {
      return requireNonNullElse(event.time("timestamp"), absent);
    } catch (InvalidFieldException e) {
      return null;
    }
  }

  private @Nullable TraceOutcome outcome() {
    Fields outcome = fields.nested("outcome");
    if (outcome == null) {
      return null;
    }
    TraceError error = error(outcome.nested("error"));
    Boolean success = outcome.flag("success");
    return new TraceOutcome(
        success == null ? error == null : success,
        value(outcome, "resultType"),
        value(outcome, "output"),
        error);
  }

  private @Nullable TraceError error(@Nullable Fields error) {
    if (error == null) {
      return null;
    }
    String stack = error.text("stack");
    return new TraceError(
        name(error, "type"),
        requireNonNullElse(value(error, "message"), ""),
        stack == null ? null : batch.text().stack(stack));
  }

  private Map<String, String> texts(Fields from, String name, TextMap into) {
    for (Map.Entry<String, JsonNode> entry : from.entries(name)) {
      JsonNode value = entry.getValue();
      hideSecrets(value);
      into.put(entry.getKey(), value.isValueNode() ? value.asText() : value.toString());
    }
    return into.toMap();
  }

  /** Recurses as deep as the limit on nested JSON. */
  private void hideSecrets(JsonNode value) {
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      if (batch.text().hides(entry.getKey())) {
        entry.setValue(TextNode.valueOf("[secret]"));
      }
    }
    value.forEach(this::hideSecrets);
  }

  private static String id(String field, String id) {
    if (id.length() > MAX_ID_LENGTH || !id.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new InvalidFieldException(
          field, "at most " + MAX_ID_LENGTH + " printable ASCII characters without spaces");
    }
    return id;
  }

  private @Nullable String optionalId(String name) {
    String id = fields.text(name);
    return id == null || id.isEmpty() ? null : batch.text().id(id(name, id));
  }

  private @Nullable String name(String field) {
    String text = fields.text(field);
    return text == null ? null : batch.text().name(text);
  }

  private String name(Fields from, String field) {
    return batch.text().name(requireNonNullElse(from.text(field), ""));
  }

  private @Nullable String value(Fields from, String field) {
    String text = from.text(field);
    return text == null ? null : batch.text().value(text);
  }
}
