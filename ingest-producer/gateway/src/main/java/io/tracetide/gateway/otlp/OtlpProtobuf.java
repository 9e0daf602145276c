package io.tracetide.gateway.otlp;

import static io.tracetide.gateway.otlp.ProtobufCursor.BYTES;
import static io.tracetide.gateway.otlp.ProtobufCursor.FIXED32;
import static io.tracetide.gateway.otlp.ProtobufCursor.FIXED64;
import static io.tracetide.gateway.otlp.ProtobufCursor.VARINT;

import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tracetide.gateway.intake.Dialect;
import io.tracetide.gateway.intake.Intake;
import io.tracetide.gateway.intake.Refusal;
import io.tracetide.gateway.intake.RequestRefusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;

/**
 * OTLP traces in protobuf. Reads with a {@link ProtobufCursor}: one pass over the spans, and one
 * over their surroundings before it, because a resource may be written behind the spans it
 * describes.
 */
public final class OtlpProtobuf implements Dialect {

  /** The content type of OpenTelemetry's exporters. */
  public static final String CONTENT_TYPE = "application/x-protobuf";

  private static final int RESOURCE_SPANS =
      ExportTraceServiceRequest.RESOURCE_SPANS_FIELD_NUMBER << 3 | BYTES;

  private static final int RESOURCE = ResourceSpans.RESOURCE_FIELD_NUMBER << 3 | BYTES;
  private static final int SCOPE_SPANS = ResourceSpans.SCOPE_SPANS_FIELD_NUMBER << 3 | BYTES;
  private static final int RESOURCE_ATTRIBUTES =
      io.opentelemetry.proto.resource.v1.Resource.ATTRIBUTES_FIELD_NUMBER << 3 | BYTES;

  private static final int SCOPE = ScopeSpans.SCOPE_FIELD_NUMBER << 3 | BYTES;
  private static final int SPANS = ScopeSpans.SPANS_FIELD_NUMBER << 3 | BYTES;
  private static final int SCOPE_NAME = InstrumentationScope.NAME_FIELD_NUMBER << 3 | BYTES;
  private static final int SCOPE_VERSION = InstrumentationScope.VERSION_FIELD_NUMBER << 3 | BYTES;

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
  private static final int STATUS = Span.STATUS_FIELD_NUMBER << 3 | BYTES;

  private static final int EVENT_TIME = Span.Event.TIME_UNIX_NANO_FIELD_NUMBER << 3 | FIXED64;
  private static final int EVENT_NAME = Span.Event.NAME_FIELD_NUMBER << 3 | BYTES;
  private static final int EVENT_ATTRIBUTES = Span.Event.ATTRIBUTES_FIELD_NUMBER << 3 | BYTES;

  private static final int STATUS_MESSAGE = Status.MESSAGE_FIELD_NUMBER << 3 | BYTES;
  private static final int STATUS_CODE = Status.CODE_FIELD_NUMBER << 3 | VARINT;

  private static final int KEY = KeyValue.KEY_FIELD_NUMBER << 3 | BYTES;
  private static final int VALUE = KeyValue.VALUE_FIELD_NUMBER << 3 | BYTES;

  private static final int STRING_VALUE = AnyValue.STRING_VALUE_FIELD_NUMBER << 3 | BYTES;
  private static final int BOOL_VALUE = AnyValue.BOOL_VALUE_FIELD_NUMBER << 3 | VARINT;
  private static final int INT_VALUE = AnyValue.INT_VALUE_FIELD_NUMBER << 3 | VARINT;
  private static final int DOUBLE_VALUE = AnyValue.DOUBLE_VALUE_FIELD_NUMBER << 3 | FIXED64;
  private static final int ARRAY_VALUE = AnyValue.ARRAY_VALUE_FIELD_NUMBER << 3 | BYTES;
  private static final int MAP_VALUE = AnyValue.KVLIST_VALUE_FIELD_NUMBER << 3 | BYTES;
  private static final int BYTES_VALUE = AnyValue.BYTES_VALUE_FIELD_NUMBER << 3 | BYTES;
  private static final int ARRAY_VALUES = ArrayValue.VALUES_FIELD_NUMBER << 3 | BYTES;
  private static final int MAP_VALUES = KeyValueList.VALUES_FIELD_NUMBER << 3 | BYTES;

  /** Fields of {@code google.rpc.Status}, the body of every OTLP error. */
  private static final int RPC_CODE_NUMBER = 1;

  private static final int RPC_MESSAGE_NUMBER = 2;

  @Override
  public String label() {
    return "otlp_protobuf";
  }

  @Override
  public void read(byte[] body, int length, Intake intake) {
    new Reader(intake).request(new ProtobufCursor(body, 0, length));
  }

  @Override
  public Answer accepted(int accepted, List<Refusal> refused) {
    ExportTraceServiceResponse.Builder response = ExportTraceServiceResponse.newBuilder();
    if (!refused.isEmpty()) {
      response.setPartialSuccess(
          ExportTracePartialSuccess.newBuilder()
              .setRejectedSpans(refused.size())
              .setErrorMessage(RefusalSummary.of(refused)));
    }
    return new Answer(CONTENT_TYPE, response.build().toByteArray());
  }

  @Override
  public Answer refused(RequestRefusal refusal, String detail) {
    int code = RpcCode.of(refusal);
    byte[] status =
        new byte
            [CodedOutputStream.computeInt32Size(RPC_CODE_NUMBER, code)
                + CodedOutputStream.computeStringSize(RPC_MESSAGE_NUMBER, detail)];
    CodedOutputStream out = CodedOutputStream.newInstance(status);
    try {
      out.writeInt32(RPC_CODE_NUMBER, code);
      out.writeString(RPC_MESSAGE_NUMBER, detail);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the right size does not overflow", e);
    }
    return new Answer(CONTENT_TYPE, status);
  }

  /** Reads one request. */
  private static final class Reader {

    private final Intake intake;
    private final int longestText;

    Reader(Intake intake) {
      this.intake = intake;
      this.longestText = intake.limits().longestText();
    }

    void request(ProtobufCursor in) {
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == RESOURCE_SPANS) {
          ProtobufCursor group = in.enter();
          resourceSpans(group.copy(), resource(group));
        } else {
          in.skip(field);
        }
      }
    }

    private Resource resource(ProtobufCursor in) {
      Resource.Draft draft = new Resource.Draft(intake);
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == RESOURCE) {
          resourceAttributes(in.enter(), draft);
        } else {
          in.skip(field);
        }
      }
      return draft.finish();
    }

    private void resourceAttributes(ProtobufCursor in, Resource.Draft draft) {
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == RESOURCE_ATTRIBUTES) {
          attribute(in.enter(), draft::attribute);
        } else {
          in.skip(field);
        }
      }
    }

    private void resourceSpans(ProtobufCursor in, Resource resource) {
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == SCOPE_SPANS) {
          ProtobufCursor group = in.enter();
          scopeSpans(group.copy(), scope(group, resource));
        } else {
          in.skip(field);
        }
      }
    }

    private Resource scope(ProtobufCursor in, Resource resource) {
      Resource scoped = resource;
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == SCOPE) {
          scoped = scopeNames(in.enter(), resource);
        } else {
          in.skip(field);
        }
      }
      return scoped;
    }

    private Resource scopeNames(ProtobufCursor in, Resource resource) {
      String name = "";
      String version = "";
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case SCOPE_NAME -> name = intake.text().name(in.text(longestText));
          case SCOPE_VERSION -> version = intake.text().name(in.text(longestText));
          default -> in.skip(field);
        }
      }
      return resource.withScope(name, version, intake.findings().take());
    }

    private void scopeSpans(ProtobufCursor in, Resource resource) {
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == SPANS) {
          span(in.enter(), resource);
        } else {
          in.skip(field);
        }
      }
    }

    private void span(ProtobufCursor in, Resource resource) {
      SpanDraft span = new SpanDraft(intake);
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case TRACE_ID -> span.traceId(in.hexId(HexId.TRACE_BYTES));
          case SPAN_ID -> span.spanId(in.hexId(HexId.SPAN_BYTES));
          case PARENT_SPAN_ID -> span.parentSpanId(in.hexId(HexId.SPAN_BYTES));
          case TRACE_STATE -> span.traceState(in.text(longestText));
          case FLAGS -> span.flags(in.fixed32());
          case NAME -> span.name(in.text(longestText));
          case KIND -> span.kind(in.varint());
          case START -> span.start(in.fixed64());
          case END -> span.end(in.fixed64());
          case ATTRIBUTES -> attribute(in.enter(), span::attribute);
          case EVENTS -> spanEvent(in.enter(), span);
          case STATUS -> status(in.enter(), span);
          default -> in.skip(field);
        }
      }
      span.finish(resource);
    }

    private void spanEvent(ProtobufCursor in, SpanDraft span) {
      if (span.dropsEvent()) {
        return;
      }
      SpanDraft.EventDraft event = new SpanDraft.EventDraft(intake);
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case EVENT_TIME -> event.time(in.fixed64());
          case EVENT_NAME -> event.name(in.text(longestText));
          case EVENT_ATTRIBUTES -> attribute(in.enter(), event::attribute);
          default -> in.skip(field);
        }
      }
      span.add(event);
    }

    private void status(ProtobufCursor in, SpanDraft span) {
      long code = 0;
      String message = "";
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case STATUS_CODE -> code = in.varint();
          case STATUS_MESSAGE -> message = in.text(longestText);
          default -> in.skip(field);
        }
      }
      span.status(code, message);
    }

    private void attribute(ProtobufCursor in, AttributeSink sink) {
      String key = "";
      String value = "";
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case KEY -> key = in.text(longestText);
          case VALUE -> value = value(in.enter());
          default -> in.skip(field);
        }
      }
      sink.accept(key, value);
    }

    private String value(ProtobufCursor in) {
      String text = "";
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case STRING_VALUE -> text = in.text(longestText);
          case BOOL_VALUE -> text = Boolean.toString(in.varint() != 0);
          case INT_VALUE -> text = Long.toString(in.varint());
          case DOUBLE_VALUE -> text = Double.toString(Double.longBitsToDouble(in.fixed64()));
          case BYTES_VALUE -> text = base64(in);
          case ARRAY_VALUE ->
              text =
                  array(in.enter(), new ValueText(longestText, intake.text()::hides), 1).toString();
          case MAP_VALUE ->
              text =
                  map(in.enter(), new ValueText(longestText, intake.text()::hides), 1).toString();
          default -> in.skip(field);
        }
      }
      return text;
    }

    private String base64(ProtobufCursor in) {
      return Base64.getEncoder().encodeToString(in.bytes(longestText));
    }

    private ValueText array(ProtobufCursor in, ValueText json, int depth) {
      json.open('[');
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == ARRAY_VALUES && !json.isFull()) {
          nested(in.enter(), json, depth);
        } else {
          in.skip(field);
        }
      }
      json.close(']');
      return json;
    }

    private ValueText map(ProtobufCursor in, ValueText json, int depth) {
      json.open('{');
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == MAP_VALUES && !json.isFull()) {
          entry(in.enter(), json, depth);
        } else {
          in.skip(field);
        }
      }
      json.close('}');
      return json;
    }

    private void entry(ProtobufCursor in, ValueText json, int depth) {
      ProtobufCursor forValue = in.copy();
      String key = "";
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == KEY) {
          key = in.text(longestText);
        } else {
          in.skip(field);
        }
      }
      json.key(key);
      ProtobufCursor value = null;
      for (int field = forValue.next(); field != 0; field = forValue.next()) {
        if (field == VALUE) {
          value = forValue.enter();
        } else {
          forValue.skip(field);
        }
      }
      if (value == null) {
        json.literal("null");
      } else {
        nested(value, json, depth);
      }
    }

    /** A value within an array or a map; of several alternatives the first one counts. */
    private void nested(ProtobufCursor in, ValueText json, int depth) {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case STRING_VALUE -> json.text(in.text(longestText));
          case BOOL_VALUE -> json.literal(Boolean.toString(in.varint() != 0));
          case INT_VALUE -> json.literal(Long.toString(in.varint()));
          case DOUBLE_VALUE -> json.number(Double.longBitsToDouble(in.fixed64()));
          case BYTES_VALUE -> json.text(base64(in));
          case ARRAY_VALUE -> {
            if (depth < ValueText.MAX_DEPTH) {
              array(in.enter(), json, depth + 1);
            } else {
              json.literal("null");
            }
          }
          case MAP_VALUE -> {
            if (depth < ValueText.MAX_DEPTH) {
              map(in.enter(), json, depth + 1);
            } else {
              json.literal("null");
            }
          }
          default -> {
            in.skip(field);
            continue;
          }
        }
        return;
      }
      json.literal("null");
    }
  }

  /** Takes an attribute as it came. */
  @FunctionalInterface
  private interface AttributeSink {

    void accept(String key, String value);
  }
}
