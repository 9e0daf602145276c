package io.tracetide.processor.topology.intake;

import io.tracetide.processor.event.RecordView;
import io.tracetide.processor.event.TraceBatch;
import io.tracetide.processor.event.TraceBatchReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.intake.ReadersBySchema;
import io.tracetide.processor.intake.RecordCursor;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.size.Oversized;
import io.tracetide.schemas.size.RecordLimits;
import io.tracetide.schemas.topic.Topics;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Expands records of {@link Topics#TRACE_BATCHES} to their events. Not thread-safe; the events of a
 * record are valid until the next one is expanded.
 */
final class Unpacking {

  private final ReadersBySchema<TraceBatchReader> readers;
  private final TraceBatch batch = new TraceBatch();

  Unpacking(SchemaRegistry registry) {
    this.readers =
        new ReadersBySchema<>(
            registry, schema -> new TraceBatchReader(schema, registry::schemaById));
  }

  /** Whether the records of a topic are batches. */
  boolean isOf(String topic) {
    return topic.equals(Topics.TRACE_BATCHES);
  }

  /**
   * The events of the current record of a cursor.
   *
   * @throws io.tracetide.schemas.serde.MalformedRecordException if it is not a batch
   * @throws io.tracetide.schemas.registry.UnknownSchemaException if the registry does not have its
   *     schema, or that of its events
   */
  RecordCursor events(RecordCursor record) {
    byte[] bytes = record.bytes();
    int start = record.valueStart();
    int length = record.valueLength();
    readers.of(WireFormat.schemaId(bytes, start, length)).read(bytes, start, length, batch);
    return new Events(batch, record.offset());
  }

  /** The events of one record. */
  private static final class Events implements RecordCursor {
    private final TraceBatch batch;
    private final long offset;
    private int index = -1;

    Events(TraceBatch batch, long offset) {
      this.batch = batch;
      this.offset = offset;
    }

    @Override
    public boolean next() {
      if (index + 1 >= batch.count()) {
        return false;
      }
      index++;
      return true;
    }

    @Override
    public int position() {
      return index;
    }

    @Override
    public RecordCursor at(int position) {
      Events other = new Events(batch, offset);
      other.index = position;
      return other;
    }

    @Override
    public long offset() {
      return offset;
    }

    @Override
    public int index() {
      return index;
    }

    @Override
    public long timestamp() {
      return Math.max(0, Math.floorDiv(batch.timestampMicros(index), 1_000));
    }

    @Override
    public @Nullable Oversized oversized() {
      return null;
    }

    /** The trace id, as in a single record; null when it is too long for a key. */
    @Override
    public byte @Nullable [] key() {
      byte[] traceId = batch.copyTraceId(index);
      return traceId.length > RecordLimits.KEY_BYTES ? null : traceId;
    }

    @Override
    public byte[] value() {
      return Arrays.copyOfRange(bytes(), valueStart(), valueStart() + valueLength());
    }

    @Override
    public byte[] bytes() {
      return batch.bytes();
    }

    @Override
    public int valueStart() {
      return batch.start(index);
    }

    @Override
    public int valueLength() {
      return batch.length(index);
    }

    @Override
    public boolean fill(RecordView view) {
      return view instanceof TraceView event && batch.fill(index, event);
    }
  }
}
