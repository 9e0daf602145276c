package io.tracetide.processor.event;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import io.tracetide.schemas.serde.WireFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads what aggregation needs of a {@link TraceEvent} from its bytes, without building the record.
 *
 * <p>Made from the schema that the event was written with, so it follows any version of the
 * contract: fields it does not know are passed over, fields it misses keep their defaults. Reading
 * an event allocates nothing but the cursor.
 */
public final class TraceEventReader {

  private static final List<String> REQUIRED =
      List.of("type", "traceId", "serviceName", "operationName", "timestamp");

  private final FieldReader reader;

  /**
   * Prepares to read events of one version.
   *
   * @param written schema that the events were written with
   * @throws MalformedRecordException when it is not a version of the contract
   */
  public TraceEventReader(Schema written) {
    if (written.getType() != Schema.Type.RECORD) {
      throw incompatible("a trace event is a record, not " + written.getType());
    }
    for (String field : REQUIRED) {
      if (written.getField(field) == null) {
        throw incompatible(written.getFullName() + " has no field " + field);
      }
    }
    reader = FieldReader.ofRecord(written, TraceEventReader::topLevel);
  }

  /**
   * Reads an event into a view, which then refers to the bytes.
   *
   * @throws MalformedRecordException when the bytes are not such an event
   */
  public void read(byte[] record, TraceView into) {
    into.reset(record);
    AvroCursor in = new AvroCursor(record, WireFormat.HEADER_BYTES);
    reader.read(in, into);
    if (in.remaining() != 0) {
      throw new MalformedRecordException(
          Reason.TRAILING_BYTES, in.remaining() + " bytes are left after the record");
    }
  }

  private static @Nullable FieldReader topLevel(String field, Schema written) {
    return switch (field) {
      case "tenantId" -> FieldReader.ofString(written, (out, at, n) -> out.tenant.set(at, n));
      case "type" ->
          FieldReader.ofEnum(
              written,
              TraceEventType.class,
              TraceEventType.UPDATED,
              (out, value) -> out.type = value);
      case "traceId" -> FieldReader.ofString(written, (out, at, n) -> out.traceId.set(at, n));
      case "serviceName" -> FieldReader.ofString(written, (out, at, n) -> out.service.set(at, n));
      case "operationName" ->
          FieldReader.ofString(written, (out, at, n) -> out.operation.set(at, n));
      case "status" ->
          FieldReader.ofEnum(
              written, TraceStatus.class, TraceStatus.RUNNING, (out, value) -> out.status = value);
      case "timestamp" -> timestamp(written);
      case "durationMicros" ->
          FieldReader.ofLong(written, (out, value) -> out.setDurationMicros(value));
      case "samplingWeight" ->
          FieldReader.ofDouble(written, (out, value) -> out.samplingWeight = value);
      case "resourceUsage" -> FieldReader.ofRecord(written, TraceEventReader::resourceUsage);
      default -> null;
    };
  }

  private static @Nullable FieldReader resourceUsage(String field, Schema written) {
    return field.equals("cpuUsagePercent")
        ? FieldReader.ofDouble(written, (out, value) -> out.setCpuUsagePercent(value))
        : null;
  }

  /** Foreign writers may declare milliseconds; the unit is in their schema. */
  private static FieldReader timestamp(Schema written) {
    boolean millis = "timestamp-millis".equals(written.getProp("logicalType"));
    return FieldReader.ofLong(
        written,
        millis
            ? (out, value) -> out.timestampMicros = saturatedMicros(value)
            : (out, value) -> out.timestampMicros = value);
  }

  private static long saturatedMicros(long millis) {
    long limit = Long.MAX_VALUE / 1000;
    return Math.max(-limit, Math.min(limit, millis)) * 1000;
  }

  private static MalformedRecordException incompatible(String message) {
    return new MalformedRecordException(Reason.INCOMPATIBLE_SCHEMA, message);
  }
}
