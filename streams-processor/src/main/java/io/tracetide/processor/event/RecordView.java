package io.tracetide.processor.event;

/**
 * The needed fields of one record, read from its bytes.
 *
 * <p>One view is reused for all records, so its content is valid only until the next record;
 * callers copy what they need longer.
 */
public sealed interface RecordView permits TraceView, MetricView {

  /**
   * Resets the view to another record, of which only the bytes are known yet.
   *
   * @param start start of the record in the bytes
   */
  void startOn(byte[] bytes, int start, int length);

  /** The array that contains the record. */
  byte[] bytes();

  /** Timestamp of the record, milliseconds since the epoch. */
  long timestampMs();
}
