package io.tracetide.processor.event;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import io.tracetide.schemas.serde.WireFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link TraceEventBatch} from its bytes and expands its events to the bytes of single
 * records, so that all that follows is the same for both. Like {@link RecordReader}, it is created
 * from the writer's schema. Not thread-safe.
 */
public final class TraceBatchReader {

  /** In this order, and all before the events, which refer to them. */
  private static final List<String> TABLES =
      List.of("eventSchemaId", "texts", "tagSets", "traceIds", "templates");

  private static final List<String> ROW =
      List.of(
          "template", "trace", "spanId", "parentSpanId", "timestampDelta", "durationMicros", "tagSet");

  private final FieldReader<TraceBatch> reader;
  private final IntFunction<Schema> schemaById;
  private final Schema event;
  private @Nullable Integer verified;

  /**
   * Creates a reader of batches of one version.
   *
   * @param written schema that the batches were written with
   * @param schemaById finds the schema of the events in the registry
   * @throws MalformedRecordException when it is not a version of the contract
   */
  public TraceBatchReader(Schema written, IntFunction<Schema> schemaById) {
    this.schemaById = schemaById;
    requireFields(written, TABLES);
    requireFields(written, List.of("events"));
    int events = written.getField("events").pos();
    if (written.getField("templates").pos() > events) {
      throw incompatible("the templates come after the events");
    }
    this.event = elements(written, "templates");
    requireFields(elements(written, "events"), ROW);
    this.reader = FieldReader.ofRecord(written, this::topLevel);
  }

  /**
   * Reads a batch and expands its events.
   *
   * @param bytes contain the record, including its header
   * @throws MalformedRecordException when they are not such a record, or it exceeds a limit
   * @throws io.tracetide.schemas.registry.UnknownSchemaException if the registry does not have the
   *     schema of the events
   */
  public void read(byte[] bytes, int start, int length, TraceBatch into) {
    into.startOn(bytes, Templates.cuts(event));
    AvroCursor in = new AvroCursor(bytes, start + WireFormat.HEADER_BYTES, start + length);
    reader.read(in, into);
    if (in.remaining() != 0) {
      throw new MalformedRecordException(
          Reason.TRAILING_BYTES, in.remaining() + " bytes are left after the batch");
    }
  }

  private @Nullable FieldReader<TraceBatch> topLevel(String field, Schema written) {
    return switch (field) {
      case "eventSchemaId" -> FieldReader.ofLong(written, this::requireEventSchema);
      case "texts" ->
          FieldReader.ofArray(written, item -> FieldReader.ofString(item, TraceBatch::addText));
      case "tagSets" -> FieldReader.ofArray(written, TraceBatchReader::tagSet);
      case "traceIds" -> FieldReader.ofArray(written, item -> id(item, TraceBatch::addTraceId));
      case "templates" -> FieldReader.ofArray(written, Templates::reader);
      case "events" -> FieldReader.ofArray(written, TraceBatchReader::row);
      default -> null;
    };
  }

  private static FieldReader<TraceBatch> tagSet(Schema written) {
    FieldReader<TraceBatch> entries =
        FieldReader.ofRecord(
            written,
            (field, schema) ->
                field.equals("entries")
                    ? FieldReader.ofArray(
                        schema, item -> FieldReader.ofLong(item, TraceBatch::addTagPart))
                    : null);
    return (in, out) -> {
      entries.read(in, out);
      out.endTagSet();
    };
  }

  private static FieldReader<TraceBatch> row(Schema written) {
    FieldReader<TraceBatch> fields = FieldReader.ofRecord(written, TraceBatchReader::rowField);
    return (in, out) -> {
      out.row.clear();
      fields.read(in, out);
      out.expandRow();
    };
  }

  private static @Nullable FieldReader<TraceBatch> rowField(String field, Schema written) {
    return switch (field) {
      case "template" -> FieldReader.ofLong(written, (out, value) -> out.row.template = value);
      case "trace" -> FieldReader.ofLong(written, (out, value) -> out.row.trace = value);
      case "spanId" -> id(written, (out, hex, at, n) -> out.row.span.set(hex, at, n));
      case "parentSpanId" -> id(written, (out, hex, at, n) -> out.row.parent.set(hex, at, n));
      case "timestampDelta" ->
          FieldReader.ofLong(written, (out, value) -> out.row.timestampDelta = value);
      case "durationMicros" ->
          FieldReader.ofLong(written, (out, value) -> out.row.setDuration(value));
      case "tagSet" -> FieldReader.ofLong(written, (out, value) -> out.row.tagSet = value);
      default -> null;
    };
  }

  /** Receives an id. */
  @FunctionalInterface
  private interface IdSink {

    /**
     * Receives the position of an id.
     *
     * @param hex whether the bytes stand for hex digits, and are not the text itself
     */
    void accept(TraceBatch out, boolean hex, int start, int length);
  }

  /** Reads a union of bytes and text, which may have a branch for null. */
  private static FieldReader<TraceBatch> id(Schema written, IdSink sink) {
    if (written.getType() != Schema.Type.UNION) {
      throw incompatible("an id is " + written.getType() + ", not a union of bytes and string");
    }
    List<FieldReader<TraceBatch>> branches = new ArrayList<>();
    for (Schema branch : written.getTypes()) {
      branches.add(
          switch (branch.getType()) {
            case NULL -> (in, out) -> {};
            case BYTES -> id(true, sink);
            case STRING -> id(false, sink);
            default -> throw incompatible("an id is " + branch.getType());
          });
    }
    return (in, out) -> branches.get(in.readIndex(branches.size())).read(in, out);
  }

  private static FieldReader<TraceBatch> id(boolean hex, IdSink sink) {
    return (in, out) -> {
      int length = in.readLength();
      sink.accept(out, hex, in.skip(length), length);
    };
  }

  private void requireEventSchema(TraceBatch out, long id) {
    if (id < 0 || id > Integer.MAX_VALUE) {
      throw new MalformedRecordException(Reason.BAD_DATA, "the id of the event schema is " + id);
    }
    int schemaId = (int) id;
    if (verified == null || verified != schemaId) {
      requireLayout(schemaById.apply(schemaId));
      verified = schemaId;
    }
    out.eventSchemaId = schemaId;
  }

  /** The bytes of a template are later read with the registered schema. */
  private void requireLayout(Schema registered) {
    if (!SchemaNormalization.toParsingForm(registered)
        .equals(SchemaNormalization.toParsingForm(event))) {
      throw incompatible("the schema of the events is not the one with the id in the batch");
    }
  }

  private static void requireFields(Schema record, List<String> required) {
    if (record.getType() != Schema.Type.RECORD) {
      throw incompatible("expected a record, not " + record.getType());
    }
    int position = -1;
    for (String name : required) {
      Schema.Field field = record.getField(name);
      if (field == null) {
        throw incompatible(record.getFullName() + " has no field " + name);
      }
      if (field.pos() < position) {
        throw incompatible("field " + name + " of " + record.getFullName() + " is too early");
      }
      position = field.pos();
    }
  }

  private static Schema elements(Schema record, String field) {
    Schema array = record.getField(field).schema();
    if (array.getType() != Schema.Type.ARRAY) {
      throw incompatible("field " + field + " is " + array.getType() + ", not an array");
    }
    return array.getElementType();
  }

  private static MalformedRecordException incompatible(String message) {
    return new MalformedRecordException(Reason.INCOMPATIBLE_SCHEMA, message);
  }

  /** How the templates of one schema are read: {@link TraceEvent}s with cuts at varying fields. */
  static final class Templates {

    private Templates() {}

    /** The varying fields of a schema, in the order of its fields. */
    static TraceBatch.Cut[] cuts(Schema event) {
      return event.getFields().stream()
          .map(field -> TraceBatch.Cut.of(field.name()))
          .filter(cut -> cut != null)
          .toArray(TraceBatch.Cut[]::new);
    }

    private static FieldReader<TraceBatch> reader(Schema event) {
      requireFields(event, List.of());
      for (TraceBatch.Cut cut : TraceBatch.Cut.values()) {
        Schema.Field field = event.getField(cut.field());
        if (field == null || !cut.allows(field.schema())) {
          throw incompatible("a template has no such field: " + cut.field());
        }
      }
      FieldReader<TraceBatch> fields = FieldReader.ofRecord(event, Templates::located);
      return (in, out) -> {
        out.beginTemplate(in.position());
        fields.read(in, out);
        out.endTemplate(in.position());
      };
    }

    private static @Nullable FieldReader<TraceBatch> located(String field, Schema written) {
      if (TraceBatch.Cut.of(field) == null) {
        return null;
      }
      FieldReader<TraceBatch> skipped = FieldReader.ofSkipped(written);
      return (in, out) -> {
        int start = in.position();
        skipped.read(in, out);
        out.cutTemplate(start, in.position());
      };
    }
  }
}
