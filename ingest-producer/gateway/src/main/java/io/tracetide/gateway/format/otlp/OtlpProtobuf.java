package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.format.otlp.ProtobufCursor.BYTES;
import static io.tracetide.gateway.format.otlp.ProtobufCursor.FIXED32;
import static io.tracetide.gateway.format.otlp.ProtobufCursor.FIXED64;
import static io.tracetide.gateway.format.otlp.ProtobufCursor.VARINT;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tracetide.gateway.format.span.HexId;
import io.tracetide.gateway.format.span.SpanBuilder;
import io.tracetide.gateway.format.span.SpanSource;
import io.tracetide.gateway.record.RecordBatchBuilder;

/** OTLP spans in protobuf. */
public final class OtlpProtobuf extends ProtobufFormat {

  public static final String CONTENT_TYPE = "application/x-protobuf";

  private static final int TRACE_ID = Span.TRACE_ID_FIELD_NUMBER << 3 | BYTES;
  private static final int SPAN_ID = Span.SPAN_ID_FIELD_NUMBER << 3 | BYTES;
  private static final int TRACE_STATE = Span.TRACE_STATE_FIELD_NUMBER << 3 | BYTES;
  private static final int PARENT_SPAN_ID = Span.PARENT_SPAN_ID_FIELD_NUMBER << 3 | BYTES;
  private static final int FLAGS = Span.FLAGS_FIELD_NUMBER << 3 | FIXED32;
  private static final int NAME = Span.NAME_FIELD_NUMBER << 3 | BYTES;
  private static final int KIND = Span.KIND_FIELD_NUMBER << 3 | VARINT;
  private static final int START = Span.START_TIME_UNIX_NANO_FIELD_NUMBER << 3 | FIXED64;
  private static final int END = Span.END_TIME_UNIX_NANO_FIELD_NUMBER << 3 | FIXED64;
  private static final int ATTRIBUTES = Span.ATTRIBUTES_FIELD_NUMBER << 3 | BYTES;
  private static final int EVENTS = Span.EVENTS_FIELD_NUMBER << 3 | BYTES;
  private static final int LINKS = Span.LINKS_FIELD_NUMBER << 3 | BYTES;
  private static final int STATUS = Span.STATUS_FIELD_NUMBER << 3 | BYTES;

  private static final int EVENT_TIME = Span.Event.TIME_UNIX_NANO_FIELD_NUMBER << 3 | FIXED64;
  private static final int EVENT_NAME = Span.Event.NAME_FIELD_NUMBER << 3 | BYTES;
  private static final int EVENT_ATTRIBUTES = Span.Event.ATTRIBUTES_FIELD_NUMBER << 3 | BYTES;

  private static final int LINK_TRACE_ID = Span.Link.TRACE_ID_FIELD_NUMBER << 3 | BYTES;
  private static final int LINK_SPAN_ID = Span.Link.SPAN_ID_FIELD_NUMBER << 3 | BYTES;
  private static final int LINK_ATTRIBUTES = Span.Link.ATTRIBUTES_FIELD_NUMBER << 3 | BYTES;

  private static final int STATUS_MESSAGE = Status.MESSAGE_FIELD_NUMBER << 3 | BYTES;
  private static final int STATUS_CODE = Status.CODE_FIELD_NUMBER << 3 | VARINT;

  public OtlpProtobuf() {
    this("otlp_protobuf");
  }

  /**
   * The format with a label of its own, for another transport.
   *
   * @param label value of the meters' tag {@code endpoint}
   */
  public OtlpProtobuf(String label) {
    super(label, ExportResponse.SPANS);
  }

  @Override
  ProtobufEnvelope<?> reader(RecordBatchBuilder batch) {
    return new Reader(batch);
  }

  /** Reads one request. */
  private static final class Reader extends ProtobufEnvelope<SpanSource> {

    Reader(RecordBatchBuilder batch) {
      super(batch, SpanSource.Builder::new);
    }

    @Override
    void item(ProtobufCursor in, SpanSource resource) {
      SpanBuilder span = new SpanBuilder(batch);
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case TRACE_ID -> span.traceId(in.hexId(HexId.TRACE_BYTES));
          case SPAN_ID -> span.spanId(in.hexId(HexId.SPAN_BYTES));
          case PARENT_SPAN_ID -> span.parentSpanId(in.hexId(HexId.SPAN_BYTES));
          case TRACE_STATE -> span.traceState(text(in));
          case FLAGS -> span.flags(in.fixed32());
          case NAME -> span.name(text(in));
          case KIND -> span.kind(in.varint());
          case START -> span.start(in.fixed64());
          case END -> span.end(in.fixed64());
          case ATTRIBUTES -> attributes.read(in.enter(), span);
          case EVENTS -> spanEvent(in.enter(), span);
          case LINKS -> spanLink(in.enter(), span);
          case STATUS -> status(in.enter(), span);
          default -> in.skip(field);
        }
      }
      span.finish(resource);
    }

    private void spanEvent(ProtobufCursor in, SpanBuilder span) {
      if (span.dropsEvent()) {
        return;
      }
      SpanBuilder.EventBuilder event = new SpanBuilder.EventBuilder(batch);
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case EVENT_TIME -> event.time(in.fixed64());
          case EVENT_NAME -> event.name(text(in));
          case EVENT_ATTRIBUTES -> attributes.read(in.enter(), event);
          default -> in.skip(field);
        }
      }
      span.add(event);
    }

    private void spanLink(ProtobufCursor in, SpanBuilder span) {
      if (span.dropsLink()) {
        return;
      }
      SpanBuilder.LinkBuilder link = new SpanBuilder.LinkBuilder(batch);
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case LINK_TRACE_ID -> link.traceId(in.hexId(HexId.TRACE_BYTES));
          case LINK_SPAN_ID -> link.spanId(in.hexId(HexId.SPAN_BYTES));
          case LINK_ATTRIBUTES -> attributes.read(in.enter(), link);
          default -> in.skip(field);
        }
      }
      span.add(link);
    }

    private void status(ProtobufCursor in, SpanBuilder span) {
      long code = 0;
      String message = "";
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case STATUS_CODE -> code = in.varint();
          case STATUS_MESSAGE -> message = text(in);
          default -> in.skip(field);
        }
      }
      span.status(code, message);
    }
  }
}
