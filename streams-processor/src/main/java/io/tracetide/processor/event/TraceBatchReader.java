package io.tracetide.processor.event;

import io.tracetide.processor.event.BatchTemplate.Cut;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.serde.WriterSchemaBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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

  private static final List<String> REQUIRED =
      List.of(
          "eventSchemaId",
          "texts",
          "tagSets",
          "traceIds",
          "templates",
          "eventTemplates",
          "eventTraces",
          "eventSpanIds",
          "eventParentSpanIds",
          "eventServices",
          "eventOperations",
          "eventTimestamps",
          "eventDurations",
          "eventTagSets");

  private final FieldReader<TraceBatch> reader;
  private final IntFunction<Schema> schemaById;
  private final Schema event;
  private final Cut[] cuts;
  private int verifiedId;
  private @Nullable TraceEventReader events;

  /**
   * Creates a reader of batches of one version.
   *
   * @param written schema that the batches were written with
   * @param schemaById finds the schema of the events in the registry
   * @throws MalformedRecordException when it is not a version of the contract
   */
  public TraceBatchReader(Schema written, IntFunction<Schema> schemaById) {
    WriterSchemaBounds.require(written);
    this.schemaById = schemaById;
    requireFields(written);
    this.event = templates(written);
    this.cuts = cuts(event);
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
    into.startOn(bytes, cuts);
    AvroCursor in = new AvroCursor(bytes, start + WireFormat.HEADER_BYTES, start + length);
    reader.read(in, into);
    if (in.remaining() != 0) {
      throw new MalformedRecordException(
          Reason.TRAILING_BYTES, in.remaining() + " bytes are left after the batch");
    }
    into.expand();
  }

  private @Nullable FieldReader<TraceBatch> topLevel(String field, Schema written) {
    return switch (field) {
      case "eventSchemaId" -> FieldReader.ofLong(written, this::requireEventSchema);
      case "texts" -> FieldReader.ofArray(written, TraceBatchReader::text);
      case "tagSets" -> FieldReader.ofArray(written, TraceBatchReader::tagSet);
      case "traceIds" -> FieldReader.ofString(written, TraceBatch::setTraceIds);
      case "templates" -> FieldReader.ofArray(written, this::template);
      case "eventTemplates" -> column(written, columns -> columns.templates);
      case "eventTraces" -> column(written, columns -> columns.traces);
      case "eventSpanIds" ->
          FieldReader.ofString(written, (out, at, n) -> out.columns.spanIds.set(at, n));
      case "eventParentSpanIds" ->
          FieldReader.ofString(written, (out, at, n) -> out.columns.parentSpanIds.set(at, n));
      case "eventServices" -> column(written, columns -> columns.services);
      case "eventOperations" -> column(written, columns -> columns.operations);
      case "eventTimestamps" -> column(written, columns -> columns.timestamps);
      case "eventDurations" -> column(written, columns -> columns.durations);
      case "eventTagSets" -> column(written, columns -> columns.tagSets);
      default -> null;
    };
  }

  private static FieldReader<TraceBatch> text(Schema written) {
    if (written.getType() != Schema.Type.STRING) {
      throw incompatible("a text is " + written.getType());
    }
    return (in, out) -> {
      int start = in.position();
      in.skip(in.readLength());
      out.addText(start, in.position());
    };
  }

  private static FieldReader<TraceBatch> column(
      Schema written, Function<BatchColumns, BatchColumns.Numbers> column) {
    return FieldReader.ofNumbers(written, out -> column.apply(out.columns)::add);
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

  private FieldReader<TraceBatch> template(Schema written) {
    FieldReader<TraceBatch> fields = FieldReader.ofRecord(written, TraceBatchReader::located);
    return (in, out) -> {
      out.beginTemplate(in.position());
      fields.read(in, out);
      out.endTemplate(in.position());
    };
  }

  private static @Nullable FieldReader<TraceBatch> located(String field, Schema written) {
    Cut cut = Cut.of(field);
    if (cut == null) {
      return null;
    }
    FieldReader<TraceBatch> skipped = FieldReader.ofSkipped(written);
    return (in, out) -> {
      int start = in.position();
      skipped.read(in, out);
      out.cutTemplate(cut, start, in.position());
    };
  }

  private void requireEventSchema(TraceBatch out, long id) {
    if (id < 0 || id > Integer.MAX_VALUE) {
      throw new MalformedRecordException(Reason.BAD_DATA, "the id of the event schema is " + id);
    }
    int schemaId = (int) id;
    TraceEventReader known = events;
    if (known == null || verifiedId != schemaId) {
      Schema registered = schemaById.apply(schemaId);
      requireLayout(registered);
      known = new TraceEventReader(registered);
      events = known;
      verifiedId = schemaId;
    }
    out.setEventSchema(schemaId, known);
  }

  /** The bytes of a template are later read with the registered schema. */
  private void requireLayout(Schema registered) {
    if (!SchemaNormalization.toParsingForm(registered)
            .equals(SchemaNormalization.toParsingForm(event))
        // The parsing form does not have the unit of the timestamp.
        || !Cut.TIMESTAMP.allows(registered.getField(Cut.TIMESTAMP.field()).schema())) {
      throw incompatible("the schema of the events is not the one with the id in the batch");
    }
  }

  private static void requireFields(Schema batch) {
    if (batch.getType() != Schema.Type.RECORD) {
      throw incompatible("expected a record, not " + batch.getType());
    }
    for (String name : REQUIRED) {
      if (batch.getField(name) == null) {
        throw incompatible(batch.getFullName() + " has no field " + name);
      }
    }
    if (batch.getField("texts").pos() > batch.getField("tagSets").pos()) {
      throw incompatible("the texts come after the tags");
    }
  }

  /** Schema of the templates. */
  private static Schema templates(Schema batch) {
    Schema array = batch.getField("templates").schema();
    if (array.getType() != Schema.Type.ARRAY
        || array.getElementType().getType() != Schema.Type.RECORD) {
      throw incompatible("the templates are not an array of records");
    }
    Schema event = array.getElementType();
    for (Cut cut : Cut.values()) {
      Schema.Field field = event.getField(cut.field());
      if (field == null || !cut.allows(field.schema())) {
        throw incompatible("a template has no such field " + cut.field());
      }
    }
    return event;
  }

  /** The fields that the templates do not have, in the order of the event's fields. */
  private static Cut[] cuts(Schema event) {
    List<Cut> cuts = new ArrayList<>();
    for (Schema.Field field : event.getFields()) {
      Cut cut = Cut.of(field.name());
      if (cut != null) {
        cuts.add(cut);
      }
    }
    return cuts.toArray(Cut[]::new);
  }

  private static MalformedRecordException incompatible(String message) {
    return new MalformedRecordException(Reason.INCOMPATIBLE_SCHEMA, message);
  }
}
