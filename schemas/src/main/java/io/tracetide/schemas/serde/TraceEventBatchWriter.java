package io.tracetide.schemas.serde;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import org.apache.avro.Schema;

/**
 * Collects encoded events of one partition and writes them as one {@link TraceEventBatch}. Ids of
 * hex digits take half their bytes, names and tags are written once, and times as differences.
 *
 * <p>A batch is bounded, so that its record is well below the limit of Kafka and its events, as
 * single records, fit into the caches of the reader's CPU. Not thread-safe.
 */
public final class TraceEventBatchWriter {

  /** Most events of a batch that is written. */
  public static final int MOST_EVENTS = 1_000;

  /** Most bytes of the events of a batch that is written, each encoded as a single record. */
  public static final int MOST_BYTES = 256 * 1_024;

  /** A larger event is sent as a single record. */
  public static final int LARGEST_EVENT_BYTES = 64 * 1_024;

  private static final int MOST_HEX_DIGITS = 64;
  private static final int BYTES_BRANCH = 0;
  private static final int TEXT_BRANCH = 1;

  private final EntryTable texts = new EntryTable();
  private final EntryTable tagSets = new EntryTable();
  private final EntryTable traceIds = new EntryTable();
  private final EntryTable templates = new EntryTable();
  private final BinaryBuffer rows = new BinaryBuffer();
  private final BinaryBuffer scratch = new BinaryBuffer();
  private final EncodedEvent event = new EncodedEvent();
  private int eventSchemaId;
  private int events;
  private int bytes;
  private long lastTimestamp;

  /** Creates an empty batch. */
  public TraceEventBatchWriter() {
    rows.startAt(0);
  }

  /** The schema of the batches, registered under the subject of their topic. */
  public static Schema schema() {
    return TraceEventBatch.getClassSchema();
  }

  /**
   * Whether an event of this size is sent in a batch. Larger ones are sent as single records.
   *
   * @param eventBytes bytes of the encoded event
   */
  public static boolean takes(int eventBytes) {
    return eventBytes <= LARGEST_EVENT_BYTES;
  }

  /**
   * Adds an event.
   *
   * @param encoded a {@link TraceEvent} in the wire format, encoded with the current schema
   * @return false when it does not fit: write the batch, and add the event to the next one
   * @throws IllegalArgumentException if {@link #takes} refuses its size, or it is in another format
   */
  public boolean add(byte[] encoded) {
    if (!takes(encoded.length)) {
      throw new IllegalArgumentException(
          encoded.length + " bytes, where a batch takes events of " + LARGEST_EVENT_BYTES);
    }
    int schemaId = WireFormat.schemaId(encoded);
    if (events == MOST_EVENTS
        || bytes + encoded.length > MOST_BYTES
        || (events > 0 && schemaId != eventSchemaId)) {
      return false;
    }
    locate(encoded);
    eventSchemaId = schemaId;
    addRow();
    events++;
    bytes += encoded.length;
    return true;
  }

  private void locate(byte[] encoded) {
    try {
      event.locate(encoded);
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException("not an encoded TraceEvent", e);
    }
  }

  private void addRow() {
    rows.number(template());
    event.moveTo(event.traceId);
    scratch.startAt(0);
    id(scratch, 0);
    rows.number(traceIds.index(scratch.array(), 0, scratch.length()));
    event.moveTo(event.spanId);
    id(rows, 0);
    event.moveTo(event.parentSpanId);
    if (event.number() == 0) {
      rows.number(0);
    } else {
      id(rows, 1);
    }
    event.moveTo(event.timestamp);
    long timestamp = event.number();
    rows.number(timestamp - lastTimestamp);
    lastTimestamp = timestamp;
    rows.raw(event.bytes, event.duration, event.context - event.duration);
    rows.number(tagSet());
  }

  /** The event without its ids, times and tags. */
  private int template() {
    scratch.startAt(0);
    scratch.raw(event.bytes, WireFormat.HEADER_BYTES, event.traceId - WireFormat.HEADER_BYTES);
    scratch.number(0);
    scratch.number(0);
    scratch.number(0);
    scratch.raw(event.bytes, event.names, event.timestamp - event.names);
    scratch.number(0);
    scratch.number(0);
    scratch.raw(event.bytes, event.context, event.tags - event.context);
    scratch.number(0);
    scratch.raw(event.bytes, event.rest, event.end - event.rest);
    return templates.index(scratch.array(), 0, scratch.length());
  }

  private int tagSet() {
    scratch.startAt(0);
    event.moveTo(event.tags);
    for (long count = event.items(); count != 0; count = event.items()) {
      scratch.number(2 * count);
      for (long i = 0; i < 2 * count; i++) {
        int start = event.position();
        event.skipText();
        scratch.number(texts.index(event.bytes, start, event.position() - start));
      }
    }
    scratch.number(0);
    return tagSets.index(scratch.array(), 0, scratch.length());
  }

  /**
   * Writes the id at the current position as a union of bytes and text.
   *
   * @param firstBranch index of the branch of bytes in the union
   */
  private void id(BinaryBuffer out, int firstBranch) {
    int length = (int) event.number();
    int start = event.position();
    if (isHex(event.bytes, start, length)) {
      out.number(firstBranch + BYTES_BRANCH);
      out.number(length / 2);
      out.unhex(event.bytes, start, length);
    } else {
      out.number(firstBranch + TEXT_BRANCH);
      out.number(length);
      out.raw(event.bytes, start, length);
    }
  }

  private static boolean isHex(byte[] bytes, int start, int length) {
    if (length % 2 != 0 || length > MOST_HEX_DIGITS) {
      return false;
    }
    for (int i = start; i < start + length; i++) {
      byte c = bytes[i];
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** Number of events added. */
  public int events() {
    return events;
  }

  /**
   * Writes the batch in the wire format and begins the next one.
   *
   * @param schemaId id of {@link #schema} in the registry
   */
  public byte[] write(int schemaId) {
    scratch.startAt(WireFormat.HEADER_BYTES);
    scratch.number(eventSchemaId);
    texts.writeTo(scratch);
    tagSets.writeTo(scratch);
    traceIds.writeTo(scratch);
    templates.writeTo(scratch);
    if (events > 0) {
      scratch.number(events);
      scratch.raw(rows.array(), 0, rows.length());
    }
    scratch.number(0);
    byte[] record = scratch.toByteArray();
    WireFormat.writeHeader(record, schemaId);
    clear();
    return record;
  }

  private void clear() {
    texts.clear();
    tagSets.clear();
    traceIds.clear();
    templates.clear();
    rows.startAt(0);
    events = 0;
    bytes = 0;
    lastTimestamp = 0;
  }
}
