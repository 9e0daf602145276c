package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceStatus;
import org.jspecify.annotations.Nullable;

/** What is known of one span. Every fact is merged so that the order of events does not matter. */
public final class SpanFacts {

  /** Stands for a time that is not known; later than any. */
  public static final long UNKNOWN = Long.MAX_VALUE;

  final String spanId;
  public final String service;
  public String operation = "";
  String parentSpanId = "";

  /** Newest event that named the operation. */
  private long namedAtMicros = Long.MIN_VALUE;

  /** Time of the first start that was told. */
  public long startedAtMicros = UNKNOWN;

  /** Earliest time at which the span is known to have run. */
  long firstAtMicros = UNKNOWN;

  /** Whether an event told of it before its end. */
  public boolean begun;

  @Nullable public SpanEnd end;
  final StampedMap<String> tags = new StampedMap<>();
  final StampedMap<String> metadata = new StampedMap<>();

  SpanFacts(String spanId, String service) {
    this.spanId = spanId;
    this.service = service;
  }

  /** Hash of the span that an event belongs to, among those of its trace. */
  public static long hash(TraceEvent event) {
    // Where spans have no ids, a trace is one span of each service that has a part in it.
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

  void ended(SpanEnd told) {
    SpanEnd known = end;
    end = known == null ? told : known.merge(told);
    firstAtMicros = Math.min(firstAtMicros, told.atMicros() - Math.max(0, told.durationMicros()));
  }

  /** When it started: as told, else as its duration says; {@link #UNKNOWN} when neither does. */
  long startMicros() {
    SpanEnd known = end;
    if (startedAtMicros != UNKNOWN || known == null || known.durationMicros() < 0) {
      return startedAtMicros;
    }
    return known.atMicros() - known.durationMicros();
  }

  /** How long it took: as told, else from start to end; negative when not known. */
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

  boolean hasAttributes() {
    return !tags.isEmpty() || !metadata.isEmpty();
  }

  /** Lets half of the tags and metadata go. */
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

  static SpanFacts read(FactReader in) {
    SpanFacts span = new SpanFacts(in.text(), in.text());
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
}
