package io.tracetide.processor.event;

import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.serde.WriterSchemaBounds;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Reads the needed fields of a record from its bytes, without building the record.
 *
 * <p>It is created from the writer's schema, so it reads any version of the contract: unknown
 * fields are skipped, missing fields keep their defaults. Reading a record allocates only the
 * cursor.
 *
 * @param <V> view that receives the fields
 */
public abstract sealed class RecordReader<V extends RecordView>
    permits TraceEventReader, MetricSampleReader {

  private final FieldReader<V> reader;

  /**
   * Creates a reader of records of one version.
   *
   * @param written schema that the records were written with
   * @param required fields that every version of the contract has
   * @throws MalformedRecordException when it is not a version of the contract
   */
  RecordReader(Schema written, List<String> required, FieldPlan<V> plan) {
    WriterSchemaBounds.require(written);
    if (written.getType() != Schema.Type.RECORD) {
      throw incompatible("expected a record, not " + written.getType());
    }
    for (String field : required) {
      if (written.getField(field) == null) {
        throw incompatible(written.getFullName() + " has no field " + field);
      }
    }
    reader = FieldReader.ofRecord(written, plan);
  }

  /**
   * Reads a record into a view, which then refers to the bytes.
   *
   * @throws MalformedRecordException when the bytes are not such a record
   */
  public final void read(byte[] record, V into) {
    read(record, 0, record.length, into);
  }

  /**
   * Reads a record that is a part of an array.
   *
   * @param bytes contain the record, including its header
   * @throws MalformedRecordException when they are not such a record
   */
  public final void read(byte[] bytes, int start, int length, V into) {
    into.startOn(bytes, start, length);
    AvroCursor in = new AvroCursor(bytes, start + WireFormat.HEADER_BYTES, start + length);
    reader.read(in, into);
    if (in.remaining() != 0) {
      throw new MalformedRecordException(
          Reason.TRAILING_BYTES, in.remaining() + " bytes are left after the record");
    }
  }

  private static MalformedRecordException incompatible(String message) {
    return new MalformedRecordException(Reason.INCOMPATIBLE_SCHEMA, message);
  }
}
