package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.processor.ledger.trace.TraceSpan;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceStatus;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The merged facts of one span. The result does not depend on the order of events. */
public final class SpanFacts {

  /** An unknown time; later than any other. */
  public static final long UNKNOWN = Long.MAX_VALUE;

  final String spanId;
  public final String service;
  private final SpanKind kind;
  public String operation = "";
  String parentSpanId = "";

  /** Time of the newest event with a name of the operation. */
  private long namedAtMicros = Long.MIN_VALUE;

  /** Time of the first reported start. */
  public long startedAtMicros = UNKNOWN;

  /** Earliest known time of the span. */
  long firstAtMicros = UNKNOWN;

  /** Whether there was an event before its end. */
  public boolean begun;

  @Nullable public SpanEnd end;
  final StampedMap<String> tags = new StampedMap<>();
  final StampedMap<String> metadata = new StampedMap<>();

  SpanFacts(String spanId, String service, SpanKind kind) {
    this.spanId = spanId;
    this.service = service;
    this.kind = kind;
  }

  /** Hash of the span that an event belongs to, among those of its trace. */
  public static long hash(TraceEvent event) {
    // Without span ids, a trace has one span for each service and operation.
    String id = event.getSpanId().isEmpty() ? '\0' + event.getOperationName() : event.getSpanId();
    long hash = TraceHash.ofText(0, id);
    hash = TraceHash.ofText(hash, event.getServiceName());
    return TraceHash.ofText(hash, event.getSpanKind().name());
  }

  boolean isOpen() {
    return begun && end == null;
  }

  boolean isRoot() {
    return parentSpanId.isEmpty();
  }

  void named(String name, long atMicros) {
    if (atMicros > namedAtMicros || (atMicros == namedAtMicros && name.compareTo(operation) > 0)) {
      operation = name;
      namedAtMicros = atMicros;
    }
  }

  void hasParent(String id) {
    if (id.compareTo(parentSpanId) > 0) {
      parentSpanId = id;
    }
  }

  public void begun(long atMicros) {
    begun = true;
    firstAtMicros = Math.min(firstAtMicros, atMicros);
  }

  void started(long atMicros) {
    begun(atMicros);
    startedAtMicros = Math.min(startedAtMicros, atMicros);
  }

  void ended(SpanEnd other) {
    SpanEnd known = end;
    end = known == null ? other : known.merge(other);
    firstAtMicros = Math.min(firstAtMicros, other.atMicros() - Math.max(0, other.durationMicros()));
  }

  /** The reported start, otherwise the end minus the duration; {@link #UNKNOWN} without either. */
  long startMicros() {
    SpanEnd known = end;
    if (startedAtMicros != UNKNOWN || known == null || known.durationMicros() < 0) {
      return startedAtMicros;
    }
    return known.atMicros() - known.durationMicros();
  }

  /** The reported duration, otherwise from start to end; negative when unknown. */
  public long durationMicros() {
    SpanEnd known = end;
    if (known == null) {
      return -1;
    }
    if (known.durationMicros() >= 0 || startedAtMicros == UNKNOWN) {
      return known.durationMicros();
    }
    return Math.max(-1, known.atMicros() - startedAtMicros);
  }

  TraceSpan snapshot() {
    long start = startMicros();
    long duration = isOpen() ? -1 : durationMicros();
    return new TraceSpan(
        spanId,
        parentSpanId,
        service,
        operation,
        kind,
        start == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(start),
        Optional.ofNullable(end),
        duration < 0 ? OptionalLong.empty() : OptionalLong.of(duration),
        tags.values());
  }

  boolean hasAttributes() {
    return !tags.isEmpty() || !metadata.isEmpty();
  }

  /** Drops half of the tags and metadata. */
  void halveAttributes() {
    tags.halve();
    metadata.halve();
  }

  /** Cuts the values of tags and metadata. */
  void cutTexts(int most) {
    tags.replaceAll(text -> cut(text, most));
    metadata.replaceAll(text -> cut(text, most));
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  void write(FactWriter out) {
    out.text(spanId)
        .text(service)
        .text(kind == SpanKind.UNSPECIFIED ? "" : kind.name())
        .text(operation)
        .text(parentSpanId)
        .signed(namedAtMicros)
        .signed(startedAtMicros)
        .signed(firstAtMicros)
        .flag(begun);
    SpanEnd known = end;
    out.flag(known != null);
    if (known != null) {
      out.signed(known.atMicros())
          .name(known.status())
          .signed(known.durationMicros())
          .text(known.errorType())
          .text(known.errorMessage());
    }
    tags.write(out, FactWriter::text);
    metadata.write(out, FactWriter::text);
  }

  /** Reads a span of a stored format, see {@link FollowedTrace#FORMAT}. */
  static SpanFacts read(FactReader in, int format) {
    SpanFacts span =
        new SpanFacts(
            in.text(), in.text(), kind(format < FollowedTrace.WITH_KINDS ? "" : in.text()));
    span.operation = in.text();
    span.parentSpanId = in.text();
    span.namedAtMicros = in.signed();
    span.startedAtMicros = in.signed();
    span.firstAtMicros = in.signed();
    span.begun = in.flag();
    if (in.flag()) {
      span.end =
          new SpanEnd(in.signed(), in.name(TraceStatus.class), in.signed(), in.text(), in.text());
    }
    span.tags.read(in, FactReader::text);
    span.metadata.read(in, FactReader::text);
    return span;
  }

  private static SpanKind kind(String name) {
    return name.isEmpty() ? SpanKind.UNSPECIFIED : SpanKind.valueOf(name);
  }
}
