package io.tracetide.processor.event;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** A template of a batch: where its fields are whose values the events have. */
final class BatchTemplate {

  /** A field of an event that is not in its template. */
  enum Cut {
    TRACE_ID("traceId"),
    SPAN_ID("spanId"),
    PARENT_SPAN_ID("parentSpanId"),
    SERVICE("serviceName"),
    OPERATION("operationName"),
    TIMESTAMP("timestamp"),
    DURATION("durationMicros"),
    TAGS("tags");

    private static final Cut[] ALL = values();

    private final String field;

    Cut(String field) {
      this.field = field;
    }

    String field() {
      return field;
    }

    static @Nullable Cut of(String field) {
      for (Cut cut : ALL) {
        if (cut.field.equals(field)) {
          return cut;
        }
      }
      return null;
    }

    /** Whether values are written in this schema of the field. */
    boolean allows(Schema written) {
      return switch (this) {
        case TRACE_ID, SPAN_ID, SERVICE, OPERATION -> written.getType() == Schema.Type.STRING;
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

  /** How the trace id and the span ids of events are written. */
  private static final int TRACE_DIGITS = 32;

  private static final int SPAN_DIGITS = 16;

  /** Starts of the fields, then the end of the template. */
  final int[] starts = new int[Cut.ALL.length + 1];

  final int[] ends = new int[Cut.ALL.length];
  int begin;
  boolean hexTrace;
  boolean hexSpan;
  boolean hexParent;
  boolean hasDuration;

  /** Index of the first event with this template; -1 before it. */
  int firstEvent;

  /** Fields of that event; null until another event has this template. */
  @Nullable Fields fields;

  private int count;

  void begin(int position) {
    begin = position;
    count = 0;
    firstEvent = -1;
    fields = null;
  }

  /** Adds the next field. */
  void add(Cut cut, byte[] bytes, int start, int end) {
    starts[count] = start;
    ends[count] = end;
    count++;
    switch (cut) {
      case TRACE_ID -> hexTrace = isZeros(bytes, start, end, TRACE_DIGITS);
      case SPAN_ID -> hexSpan = isZeros(bytes, start, end, SPAN_DIGITS);
      case PARENT_SPAN_ID -> {
        AvroCursor in = new AvroCursor(bytes, start, end);
        hexParent = in.readLong() == 1 && isZeros(bytes, in.position(), end, SPAN_DIGITS);
      }
      case DURATION -> hasDuration = new AvroCursor(bytes, start, end).readLong() != 0;
      default -> {}
    }
  }

  void end(int position) {
    starts[count] = position;
  }

  /** Whether a text with its length, which ends there, is this number of zeros. */
  private static boolean isZeros(byte[] bytes, int start, int end, int digits) {
    if (end - digits <= start) {
      return false;
    }
    for (int i = end - digits; i < end; i++) {
      if (bytes[i] != '0') {
        return false;
      }
    }
    return new AvroCursor(bytes, start, end).readLength() == digits;
  }

  /**
   * The fields of the first event of a template, from which those of its further events are known
   * without reading them.
   *
   * @param first the fields; null when the further events have to be read
   * @param tenantCut index of the first cut after the tenant; the number of cuts when there is none
   * @param tenantDistance bytes from the start of the tenant to that cut, or to the end of the
   *     event
   */
  record Fields(@Nullable TraceView first, int tenantCut, int tenantDistance) {

    /** Of a template whose events have to be read. */
    static final Fields UNKNOWN = new Fields(null, 0, 0);
  }
}
