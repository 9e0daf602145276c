package io.tracetide.processor.event;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import io.tracetide.schemas.serde.TraceEventBatches;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.size.RecordLimits;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The events of one batch, each as the bytes of a single record in the wire format. Reused for the
 * next batch: what is kept longer must be copied. Filled by {@link TraceBatchReader}.
 *
 * <p>An event is its template, copied with its ids, times and tags in between, so expanding costs
 * little more than copying its bytes.
 */
public final class TraceBatch {

  /** A larger array is not kept for the next batch. */
  private static final int KEPT_BYTES = 512 * 1_024;

  /** Start, start of the trace id with its length, its end, and end. */
  private static final int EVENT_PLACES = 4;

  private static final byte[] NO_BYTES = {};

  final Row row = new Row();
  int eventSchemaId;
  private byte[] source = NO_BYTES;
  private Cut[] cuts = {};
  private ByteWriter expanded = new ByteWriter(64 * 1_024);
  private final Places events = new Places(EVENT_PLACES);
  private final Places texts = new Places(2);
  private final Places templates = new Places(2 + 2 * Cut.values().length);
  private long[] timestamps = new long[64];

  /** Trace ids and sets of tags as they are in an event. */
  private ByteWriter prepared = new ByteWriter();

  private final Places traceIds = new Places(2);
  private final Places tagSets = new Places(2);
  private final Places tagParts = new Places(1);
  private long timestampMicros;

  /** A field of an event that is not in its template. */
  enum Cut {
    TRACE_ID("traceId"),
    SPAN_ID("spanId"),
    PARENT_SPAN_ID("parentSpanId"),
    TIMESTAMP("timestamp"),
    DURATION("durationMicros"),
    TAGS("tags");

    private final String field;

    Cut(String field) {
      this.field = field;
    }

    String field() {
      return field;
    }

    static @Nullable Cut of(String field) {
      for (Cut cut : values()) {
        if (cut.field.equals(field)) {
          return cut;
        }
      }
      return null;
    }

    /** Whether values are written in this schema of the field. */
    boolean allows(Schema written) {
      return switch (this) {
        case TRACE_ID, SPAN_ID -> written.getType() == Schema.Type.STRING;
        case PARENT_SPAN_ID -> isOptional(written, Schema.Type.STRING);
        case TIMESTAMP ->
            written.getType() == Schema.Type.LONG
                && "timestamp-micros".equals(written.getProp("logicalType"));
        case DURATION -> isOptional(written, Schema.Type.LONG);
        case TAGS ->
            written.getType() == Schema.Type.MAP
                && written.getValueType().getType() == Schema.Type.STRING;
      };
    }

    private static boolean isOptional(Schema written, Schema.Type type) {
      return written.getType() == Schema.Type.UNION
          && written.getTypes().size() == 2
          && written.getTypes().get(0).getType() == Schema.Type.NULL
          && written.getTypes().get(1).getType() == type;
    }
  }

  /** An id in the bytes of the batch. */
  static final class Id {
    private boolean present;
    private boolean hex;
    private int start;
    private int length;

    void set(boolean isHex, int from, int bytes) {
      present = true;
      hex = isHex;
      start = from;
      length = bytes;
    }
  }

  /** The fields of the event that is being read. */
  static final class Row {
    long template;
    long trace;
    final Id span = new Id();
    final Id parent = new Id();
    long timestampDelta;
    private boolean hasDuration;
    private long duration;
    long tagSet;

    void clear() {
      span.set(true, 0, 0);
      parent.present = false;
      hasDuration = false;
    }

    void setDuration(long micros) {
      hasDuration = true;
      duration = micros;
    }
  }

  /** Begins a batch. */
  void startOn(byte[] bytes, Cut[] fields) {
    source = bytes;
    cuts = fields;
    if (expanded.array().length > KEPT_BYTES) {
      expanded = new ByteWriter(64 * 1_024);
    }
    if (prepared.array().length > KEPT_BYTES) {
      prepared = new ByteWriter();
    }
    expanded.clear();
    prepared.clear();
    events.clear();
    texts.clear();
    templates.clear();
    traceIds.clear();
    tagSets.clear();
    tagParts.clear();
    timestampMicros = 0;
  }

  /** Number of events. */
  public int count() {
    return events.size();
  }

  /** The array that contains the events. */
  public byte[] bytes() {
    return expanded.array();
  }

  /** Start of an event in {@link #bytes}. */
  public int start(int index) {
    return events.at(index, 0);
  }

  /** Bytes of an event. */
  public int length(int index) {
    return events.at(index, 3) - events.at(index, 0);
  }

  /** A copy of an event's trace id, in UTF-8. */
  public byte[] copyTraceId(int index) {
    AvroCursor id = new AvroCursor(bytes(), events.at(index, 1), events.at(index, 2));
    int length = id.readLength();
    int start = id.skip(length);
    return Arrays.copyOfRange(bytes(), start, start + length);
  }

  /** Timestamp of an event, microseconds since the epoch. */
  public long timestampMicros(int index) {
    return timestamps[index];
  }

  void addText(int start, int length) {
    texts.add(start);
    texts.add(length);
  }

  void addTagPart(long text) {
    texts.at(text, 0); // Checks the index.
    tagParts.add((int) text);
  }

  void endTagSet() {
    if (tagParts.size() % 2 != 0) {
      throw new MalformedRecordException(Reason.BAD_DATA, "a tag has a name without a value");
    }
    tagSets.add(prepared.length());
    if (tagParts.size() > 0) {
      prepared.putZigzag(tagParts.size() / 2);
      for (int i = 0; i < tagParts.size(); i++) {
        long text = tagParts.at(i, 0);
        int length = texts.at(text, 1);
        prepared.putZigzag(length);
        prepared.put(source, texts.at(text, 0), length);
        requireRoom(prepared);
      }
    }
    prepared.putZigzag(0);
    tagSets.add(prepared.length());
    tagParts.clear();
  }

  void addTraceId(boolean hex, int start, int length) {
    traceIds.add(prepared.length());
    putText(prepared, hex, start, length);
    traceIds.add(prepared.length());
    requireRoom(prepared);
  }

  void beginTemplate(int position) {
    templates.add(position);
  }

  void cutTemplate(int from, int to) {
    templates.add(from);
    templates.add(to);
  }

  void endTemplate(int position) {
    templates.add(position);
  }

  /** Writes the event of the current row. */
  void expandRow() {
    if (count() == TraceEventBatches.MOST_EVENTS) {
      throw new MalformedRecordException(
          Reason.TOO_MANY_ITEMS,
          "a batch has more than " + TraceEventBatches.MOST_EVENTS + " events");
    }
    timestampMicros += row.timestampDelta;
    int begin = expanded.length();
    expanded.put(WireFormat.MAGIC);
    expanded.putInt(eventSchemaId);
    events.add(begin);
    int from = templates.at(row.template, 0);
    for (int i = 0; i < cuts.length; i++) {
      expanded.put(source, from, templates.at(row.template, 1 + 2 * i) - from);
      putField(cuts[i]);
      from = templates.at(row.template, 2 + 2 * i);
    }
    expanded.put(source, from, templates.at(row.template, 1 + 2 * cuts.length) - from);
    requireRoom(expanded);
    if (expanded.length() - begin > RecordLimits.VALUE_BYTES) {
      throw new MalformedRecordException(
          Reason.TOO_LARGE, "an event has more than " + RecordLimits.VALUE_BYTES + " bytes");
    }
    events.add(expanded.length());
    int index = count() - 1;
    if (index == timestamps.length) {
      timestamps = Arrays.copyOf(timestamps, 2 * index);
    }
    timestamps[index] = timestampMicros;
  }

  private void putField(Cut field) {
    switch (field) {
      case TRACE_ID -> {
        events.add(expanded.length());
        putPrepared(traceIds, row.trace);
        events.add(expanded.length());
      }
      case SPAN_ID -> putText(expanded, row.span.hex, row.span.start, row.span.length);
      case PARENT_SPAN_ID -> {
        expanded.putZigzag(row.parent.present ? 1 : 0);
        if (row.parent.present) {
          putText(expanded, row.parent.hex, row.parent.start, row.parent.length);
        }
      }
      case TIMESTAMP -> expanded.putZigzag(timestampMicros);
      case DURATION -> {
        expanded.putZigzag(row.hasDuration ? 1 : 0);
        if (row.hasDuration) {
          expanded.putZigzag(row.duration);
        }
      }
      case TAGS -> putPrepared(tagSets, row.tagSet);
    }
  }

  private void putPrepared(Places places, long index) {
    int start = places.at(index, 0);
    expanded.put(prepared.array(), start, places.at(index, 1) - start);
  }

  private void putText(ByteWriter out, boolean hex, int start, int length) {
    out.putZigzag(hex ? 2L * length : length);
    if (hex) {
      out.putHexDigits(source, start, length);
    } else {
      out.put(source, start, length);
    }
  }

  /** A small batch may stand for a very large number of bytes. */
  private static void requireRoom(ByteWriter out) {
    if (out.length() > TraceEventBatches.MOST_BYTES) {
      throw new MalformedRecordException(
          Reason.TOO_LARGE,
          "the events of a batch have more than " + TraceEventBatches.MOST_BYTES + " bytes");
    }
  }

  /** Positions of items, a fixed number for each. */
  private static final class Places {
    private final int width;
    private int[] positions = new int[64];
    private int count;

    Places(int width) {
      this.width = width;
    }

    void clear() {
      count = 0;
    }

    int size() {
      return count / width;
    }

    void add(int position) {
      if (count == positions.length) {
        positions = Arrays.copyOf(positions, 2 * count);
      }
      positions[count++] = position;
    }

    int at(long item, int part) {
      if (item < 0 || item >= size()) {
        throw new MalformedRecordException(
            Reason.BAD_DATA, "an index of the batch is " + item + ", of " + size() + " items");
      }
      return positions[(int) item * width + part];
    }
  }
}
