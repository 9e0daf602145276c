package io.tracetide.schemas.serde;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import org.apache.avro.Schema;

/**
 * Collects encoded events of one partition and writes them as one {@link TraceEventBatch}, field by
 * field. Ids of hex digits take half their bytes, names and tags are written once, and times as
 * differences.
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

  private static final int TRACE_DIGITS = TraceEventBatches.TRACE_ZEROS.length();
  private static final int SPAN_DIGITS = TraceEventBatches.SPAN_ZEROS.length();

  private final EntryTable texts = new EntryTable();

  /** Tags as they are in the events, with the indices of their sets. */
  private final EntryTable tags = new EntryTable();

  private final BinaryBuffer tagSets = new BinaryBuffer();
  private final EntryTable traceIds = new EntryTable();
  private final EntryTable templates = new EntryTable();
  private final Column eventTemplates = new Column();
  private final Column eventTraces = new Column();
  private final Column eventSpanIds = new Column();
  private final Column eventParentSpanIds = new Column();
  private final Column eventServices = new Column();
  private final Column eventOperations = new Column();
  private final Column eventTimestamps = new Column();
  private final Column eventDurations = new Column();
  private final Column eventTagSets = new Column();
  private final BinaryBuffer scratch = new BinaryBuffer();
  private final EncodedEvent event = new EncodedEvent();
  private int eventSchemaId;
  private int events;
  private int bytes;
  private long lastTrace;
  private long lastTimestamp;

  /** A field of all events. */
  private static final class Column {
    private final BinaryBuffer values = new BinaryBuffer();
    private int count;

    Column() {
      values.startAt(0);
    }

    void add(long value) {
      values.number(value);
      count++;
    }

    void addHex(byte[] digits, int start, int length) {
      values.unhex(digits, start, length);
    }

    void writeTo(BinaryBuffer out) {
      if (count > 0) {
        out.number(count);
        out.raw(values.array(), 0, values.length());
      }
      out.number(0);
      clear();
    }

    void writeBytesTo(BinaryBuffer out) {
      out.number(values.length());
      out.raw(values.array(), 0, values.length());
      clear();
    }

    private void clear() {
      values.startAt(0);
      count = 0;
    }
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
    addFields();
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

  private void addFields() {
    boolean hexTrace = event.isHex(event.traceId, TRACE_DIGITS);
    boolean hexSpan = event.isHex(event.spanId, SPAN_DIGITS);
    event.moveTo(event.parentSpanId);
    boolean hasParent = event.number() != 0;
    boolean hexParent = hasParent && event.isHex(event.position(), SPAN_DIGITS);
    event.moveTo(event.duration);
    boolean hasDuration = event.number() != 0;
    if (hasDuration) {
      eventDurations.add(event.number());
    }
    eventTemplates.add(template(hexTrace, hexSpan, hexParent, hasDuration));
    addTrace(hexTrace);
    if (hexSpan) {
      eventSpanIds.addHex(event.bytes, event.parentSpanId - SPAN_DIGITS, SPAN_DIGITS);
    }
    if (hexParent) {
      eventParentSpanIds.addHex(event.bytes, event.service - SPAN_DIGITS, SPAN_DIGITS);
    }
    eventServices.add(texts.index(event.bytes, event.service, event.operation - event.service));
    eventOperations.add(texts.index(event.bytes, event.operation, event.kind - event.operation));
    event.moveTo(event.timestamp);
    long timestamp = event.number();
    eventTimestamps.add(timestamp - lastTimestamp);
    lastTimestamp = timestamp;
    eventTagSets.add(tagSet());
  }

  private void addTrace(boolean hex) {
    long index;
    if (hex) {
      scratch.startAt(0);
      scratch.unhex(event.bytes, event.spanId - TRACE_DIGITS, TRACE_DIGITS);
      index = traceIds.index(scratch.array(), 0, scratch.length());
    } else {
      index = texts.index(event.bytes, event.traceId, event.spanId - event.traceId);
    }
    eventTraces.add(index - lastTrace);
    lastTrace = index;
  }

  /** The event without names, tags and times, with zeros for ids of hex digits. */
  private int template(boolean hexTrace, boolean hexSpan, boolean hexParent, boolean hasDuration) {
    scratch.startAt(0);
    copy(WireFormat.HEADER_BYTES, event.traceId);
    scratch.text(hexTrace ? TraceEventBatches.TRACE_ZEROS : "");
    if (hexSpan) {
      scratch.text(TraceEventBatches.SPAN_ZEROS);
    } else {
      copy(event.spanId, event.parentSpanId);
    }
    if (hexParent) {
      scratch.number(1);
      scratch.text(TraceEventBatches.SPAN_ZEROS);
    } else {
      copy(event.parentSpanId, event.service);
    }
    scratch.number(0);
    scratch.number(0);
    copy(event.kind, event.timestamp);
    scratch.number(0);
    if (hasDuration) {
      scratch.number(1);
    }
    scratch.number(0);
    copy(event.context, event.tags);
    scratch.number(0);
    copy(event.rest, event.end);
    return templates.index(scratch.array(), 0, scratch.length());
  }

  private void copy(int from, int to) {
    scratch.raw(event.bytes, from, to - from);
  }

  private int tagSet() {
    int known = tags.count();
    int index = tags.index(event.bytes, event.tags, event.rest - event.tags);
    if (index == known) {
      addTagSet();
    }
    return index;
  }

  private void addTagSet() {
    event.moveTo(event.tags);
    for (long count = event.items(); count != 0; count = event.items()) {
      tagSets.number(2 * count);
      for (long i = 0; i < 2 * count; i++) {
        int start = event.position();
        event.skipText();
        tagSets.number(texts.index(event.bytes, start, event.position() - start));
      }
    }
    tagSets.number(0);
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
    if (tags.count() > 0) {
      scratch.number(tags.count());
      scratch.raw(tagSets.array(), 0, tagSets.length());
    }
    scratch.number(0);
    traceIds.writeBytesTo(scratch);
    templates.writeTo(scratch);
    eventTemplates.writeTo(scratch);
    eventTraces.writeTo(scratch);
    eventSpanIds.writeBytesTo(scratch);
    eventParentSpanIds.writeBytesTo(scratch);
    eventServices.writeTo(scratch);
    eventOperations.writeTo(scratch);
    eventTimestamps.writeTo(scratch);
    eventDurations.writeTo(scratch);
    eventTagSets.writeTo(scratch);
    byte[] record = scratch.toByteArray();
    WireFormat.writeHeader(record, schemaId);
    clear();
    return record;
  }

  private void clear() {
    texts.clear();
    tags.clear();
    tagSets.startAt(0);
    traceIds.clear();
    templates.clear();
    events = 0;
    bytes = 0;
    lastTrace = 0;
    lastTimestamp = 0;
  }
}
