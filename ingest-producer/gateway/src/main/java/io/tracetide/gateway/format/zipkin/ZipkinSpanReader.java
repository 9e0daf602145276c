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

/** Reads the spans of one request from the parser's tokens. */
final class ZipkinSpanReader {

  private static final long NANOS_PER_MICRO = 1_000;

  /** The year 9999. Sums of a time and a duration below it do not overflow. */
  private static final long LATEST_MICROS = 253_402_300_799_999_999L;

  /** The sampled flag of W3C trace context: Zipkin only reports sampled spans. */
  private static final int SAMPLED = 1;

  private static final long INTERNAL = 1;
  private static final long SERVER = 2;
  private static final long CLIENT = 3;
  private static final long PRODUCER = 4;
  private static final long CONSUMER = 5;

  private final JsonParser parser;
  private final RecordBatchBuilder batch;
  private final Endpoint local = new Endpoint();
  private final Endpoint remote = new Endpoint();

  /** Source of the last span, which is that of most spans of a request. */
  private @Nullable SpanSource source;

  private final Endpoint sourceEndpoint = new Endpoint();

  private SpanBuilder span;
  private long startMicros;
  private long durationMicros;
  private @Nullable String invalid;

  ZipkinSpanReader(JsonParser parser, RecordBatchBuilder batch) {
    this.parser = parser;
    this.batch = batch;
    this.span = new SpanBuilder(batch);
  }

  /**
   * Reads the span whose object the parser stands on, and leaves the parser on the object's end.
   */
  void read() throws IOException {
    span = new SpanBuilder(batch);
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
      default -> parser.skipChildren(); // Such as shared, which follows from the kind.
    }
  }

  private void finish() {
    if (invalid != null) {
      batch.refuse(RefusalReason.INVALID_FIELD, invalid);
      return;
    }
    if (startMicros == 0) {
      batch.refuse(
          RefusalReason.INVALID_TIMESTAMP, "timestamp must be set, in microseconds since 1970");
      return;
    }
    if (startMicros > LATEST_MICROS) {
      batch.refusesTime(Instant.EPOCH.plus(startMicros, ChronoUnit.MICROS));
      return;
    }
    // A reported span is finished. Without a duration it was one-way or abandoned; it is not taken
    // for a running trace, whose end would never come.
    long lasted = Math.min(Math.max(0, durationMicros), LATEST_MICROS);
    span.ended(startMicros + lasted, durationMicros);
    remote.tag(span);
    span.finish(source());
  }

  private SpanSource source() {
    SpanSource known = source;
    if (known != null && local.isSame(sourceEndpoint)) {
      return known;
    }
    SpanSource.Builder builder = new SpanSource.Builder(batch);
    // Findings in the endpoint belong to the source, earlier ones to the span.
    long inSpan = batch.findings().take();
    local.describe(builder);
    SpanSource made = builder.build();
    batch.findings().restore(inSpan);
    sourceEndpoint.set(local);
    source = made;
    return made;
  }

  /** Text of a scalar; empty when it is null, an object or an array. */
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

  /** A whole number, bare or quoted; -1 when it is something else. */
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

  /** Some clients write kinds in lower case. */
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
    SpanBuilder.EventBuilder event = new SpanBuilder.EventBuilder(batch);
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
      // Only the annotation is dropped: the span's own times are valid.
      batch.truncations().count(Truncation.EVENT_TIME_INVALID);
      return;
    }
    event.time(nanos(at));
    span.add(event);
  }

  /** Limited to the range of nanoseconds, which ends in 2262. */
  private static long nanos(long micros) {
    return Math.min(micros, Long.MAX_VALUE / NANOS_PER_MICRO) * NANOS_PER_MICRO;
  }

  /** A local or remote endpoint. */
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

    void describe(SpanSource.Builder source) {
      source.attribute(SpanSource.SERVICE_NAME, service);
      if (!address().isEmpty()) {
        source.attribute("network.local.address", address());
      }
      if (!port.isEmpty()) {
        source.attribute("network.local.port", port);
      }
    }

    /** Adds the attributes that OpenTelemetry defines for a peer. */
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
