package io.tracetide.schemas.serde;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import io.tracetide.schemas.size.RecordLimits;
import java.util.List;

/**
 * Reads the events of a batch. For consumers of topic {@code trace-batches}: decode the record with
 * {@link AvroDeserializer} or {@link AvroDecoder}, then call {@link #events}.
 */
public final class TraceEventBatches {

  /** Most events of a batch that Tracetide reads. It writes fewer. */
  public static final int MOST_EVENTS = 10_000;

  /**
   * Most bytes of its events, each encoded as a single record. Fields of a template that have their
   * default values are not counted here.
   */
  public static final int MOST_BYTES = 2 * 1_024 * 1_024;

  /** Trace id of a template whose events have one of 16 bytes. */
  static final String TRACE_ZEROS = "0".repeat(32);

  /** Span id or parent span id of a template whose events have one of 8 bytes. */
  static final String SPAN_ZEROS = "0".repeat(16);

  private TraceEventBatches() {}

  /**
   * The events in the order in which they were written.
   *
   * @throws MalformedRecordException if the batch has more than {@link #MOST_EVENTS} events, they
   *     have more than {@link #MOST_BYTES} bytes, one has more than {@link
   *     RecordLimits#VALUE_BYTES}, or one refers to something that the batch does not have
   */
  public static List<TraceEvent> events(TraceEventBatch batch) {
    int count = batch.getEventTemplates().size();
    if (count > MOST_EVENTS) {
      throw new MalformedRecordException(
          Reason.TOO_MANY_ITEMS, "a batch has more than " + MOST_EVENTS + " events");
    }
    return new BatchEvents(batch).read(count);
  }
}
