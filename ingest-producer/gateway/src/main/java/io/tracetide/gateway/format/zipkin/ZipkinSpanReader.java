package io.tracetide.gateway.format.zipkin;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tracetide.gateway.format.json.WholeNumber;
import io.tracetide.gateway.format.span.HexId;
import io.tracetide.gateway.format.span.SpanBuilder;
import io.tracetide.gateway.format.span.SpanSource;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.Truncation;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the spans of one request, one after the other, straight from the parser's tokens. */
final class ZipkinSpanReader {

  private static final long NANOS_PER_MICRO = 1_000;

  /** The year 9999: what lies beyond is no time, and sums of what does not never overflow. */
  private static final long LATEST_MICROS = 253_402_300_799_999_999L;

  /** Sampled, in W3C's flags: what was not, is not reported. */
  private static final int SAMPLED = 1;

  private static final long INTERNAL = 1;
  private static final long SERVER = 2;
  private static final long CLIENT = 3;
  private static final long PRODUCER = 4;
  private static final long CONSUMER = 5;

  private final JsonParser parser;
  private final RecordBatchBuilder intake;
  private final Endpoint local = new Endpoint();
  private final Endpoint remote = new Endpoint();

  /** Where most spans of a request come from: made once. */
  private @Nullable SpanSource sender;

  private final Endpoint senderAt = new Endpoint();

  private SpanBuilder span;
  private long startMicros;
  private long durationMicros;
  private @Nullable String invalid;

  ZipkinSpanReader(JsonParser parser, RecordBatchBuilder intake) {
    this.parser = parser;
    this.intake = intake;
    this.span = new SpanBuilder(intake);
  }

  /**
   * Reads the span whose object the parser stands on, and leaves the parser on the object's end.
   */
  void read() throws IOException {
    span = new SpanBuilder(intake);
    span.flags(SAMPLED);
    span.kind(INTERNAL);
    startMicros = 0;
    durationMicros = SpanBuilder.UNKNOWN;
    invalid = null;
    local.clear();
    remote.clear();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      field(field);
    }
    finish();
  }

  private void field(String field) throws IOException {
    switch (field) {
      case "traceId" -> span.traceId(HexId.padded(text(), HexId.TRACE_BYTES));
      case "id" -> span.spanId(HexId.padded(text(), HexId.SPAN_BYTES));
      case "parentId" -> span.parentSpanId(HexId.padded(text(), HexId.SPAN_BYTES));
      case "name" -> span.name(text());
      case "kind" -> span.kind(kind(text()));
      case "timestamp" -> startMicros = micros("timestamp", 0);
      case "duration" -> durationMicros = micros("duration", SpanBuilder.UNKNOWN);
      case "localEndpoint" -> endpoint(local);
      case "remoteEndpoint" -> endpoint(remote);
      case "annotations" -> annotations();
      case "tags" -> tags();
      case "debug" -> {
        if (parser.currentToken() == JsonToken.VALUE_TRUE) {
          span.attribute("zipkin.debug", "true");
        }
        parser.skipChildren();
      }
      default -> parser.skipChildren(); // Among them shared, which the kind says as well.
    }
  }

  private void finish() {
    if (invalid != null) {
      intake.refuse(RefusalReason.INVALID_FIELD, invalid);
      return;
    }
    if (startMicros == 0) {
      intake.refuse(
          RefusalReason.INVALID_TIMESTAMP,
          "timestamp must be set, in microseconds since 1970: a span without one has no place");
      return;
    }
    if (startMicros > LATEST_MICROS) {
      intake.refusesTime(Instant.EPOCH.plus(startMicros, ChronoUnit.MICROS));
      return;
    }
    // Who reports a span is done with it: what has no duration was one-way, or given up. It is not
    // taken for work that is under way, of which an end would be awaited in vain.
    long lasted = Math.min(Math.max(0, durationMicros), LATEST_MICROS);
    span.ended(startMicros + lasted, durationMicros);
    remote.tag(span);
    span.finish(sender());
  }

  private SpanSource sender() {
    SpanSource known = sender;
    if (known != null && local.isSame(senderAt)) {
      return known;
    }
    SpanSource.Draft draft = new SpanSource.Draft(intake);
    // What was found in the span is the span's; what is found in the endpoint is the sender's.
    long ofSpan = intake.findings().take();
    local.describe(draft);
    SpanSource made = draft.finish();
    intake.findings().restore(ofSpan);
    senderAt.set(local);
    sender = made;
    return made;
  }

  /** Text of a scalar; empty when it is null or no scalar. */
  private String text() throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL || token.isStructStart()) {
      parser.skipChildren();
      return "";
    }
    return parser.getText();
  }

  private long micros(String field, long absent) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return absent;
    }
    long micros = wholeNumber();
    if (micros < 0) {
      invalid = field + " must be a whole number of microseconds, not negative";
      return absent;
    }
    return micros;
  }

  /** The number that the parser stands on, bare or quoted; -1 when it is something else. */
  private long wholeNumber() throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT && isLong(parser.getNumberType())) {
      return parser.getLongValue();
    }
    if (!token.isNumeric() && token != JsonToken.VALUE_STRING) {
      parser.skipChildren();
      return -1;
    }
    Long number = WholeNumber.signed(parser.getText());
    return number == null ? -1 : number;
  }

  private static boolean isLong(JsonParser.NumberType type) {
    return type == JsonParser.NumberType.INT || type == JsonParser.NumberType.LONG;
  }

  private static long kind(String name) {
    return switch (name) {
      case "CLIENT" -> CLIENT;
      case "SERVER" -> SERVER;
      case "PRODUCER" -> PRODUCER;
      case "CONSUMER" -> CONSUMER;
      default -> kindInUpperCase(name);
    };
  }

  /** Some clients write it in lower case. */
  private static long kindInUpperCase(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.equals(name) ? INTERNAL : kind(upper);
  }

  private void endpoint(Endpoint into) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "serviceName" -> into.service = text();
        case "ipv4" -> into.v4 = text();
        case "ipv6" -> into.v6 = text();
        case "port" -> into.port = text();
        default -> parser.skipChildren();
      }
    }
  }

  private void tags() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      String value = text();
      if (key.equals("error") && !value.equals("false")) {
        span.status(SpanBuilder.STATUS_ERROR, value);
      }
      span.attribute(key, value);
    }
  }

  private void annotations() throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT || span.dropsEvent()) {
        parser.skipChildren();
      } else {
        annotation();
      }
    }
  }

  private void annotation() throws IOException {
    SpanBuilder.EventDraft event = new SpanBuilder.EventDraft(intake);
    long at = 0;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "timestamp" -> at = parser.currentToken() == JsonToken.VALUE_NULL ? 0 : wholeNumber();
        case "value" -> event.name(text());
        default -> parser.skipChildren();
      }
    }
    if (at < 0 || at > LATEST_MICROS) {
      // What is wrong with an annotation does not make the span's own figures wrong.
      intake.adjustments().count(Truncation.EVENT_TIME_INVALID);
      return;
    }
    event.time(nanos(at));
    span.add(event);
  }

  /** Of a time that nanoseconds can tell; they reach to the year 2554. */
  private static long nanos(long micros) {
    return Math.min(micros, Long.MAX_VALUE / NANOS_PER_MICRO) * NANOS_PER_MICRO;
  }

  /** Who did the work, or who was on the other side of it. */
  private static final class Endpoint {

    private String service = "";
    private String v4 = "";
    private String v6 = "";
    private String port = "";

    void clear() {
      service = "";
      v4 = "";
      v6 = "";
      port = "";
    }

    void set(Endpoint other) {
      service = other.service;
      v4 = other.v4;
      v6 = other.v6;
      port = other.port;
    }

    boolean isSame(Endpoint other) {
      return service.equals(other.service)
          && v4.equals(other.v4)
          && v6.equals(other.v6)
          && port.equals(other.port);
    }

    private String address() {
      return v4.isEmpty() ? v6 : v4;
    }

    void describe(SpanSource.Draft sender) {
      sender.attribute(SpanSource.SERVICE_NAME, service);
      if (!address().isEmpty()) {
        sender.attribute("network.local.address", address());
      }
      if (!port.isEmpty()) {
        sender.attribute("network.local.port", port);
      }
    }

    /** Under the names that OpenTelemetry has for the other side. */
    void tag(SpanBuilder span) {
      if (!service.isEmpty()) {
        span.attribute("peer.service", service);
      }
      if (!address().isEmpty()) {
        span.attribute("network.peer.address", address());
      }
      if (!port.isEmpty()) {
        span.attribute("network.peer.port", port);
      }
    }
  }
}
