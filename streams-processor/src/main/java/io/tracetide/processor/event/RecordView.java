package io.tracetide.processor.event;

/**
 * What is needed of one record, read from its bytes.
 *
 * <p>One view is filled again for each record, so it holds just until the next one; whoever needs
 * it longer copies what it needs.
 */
public sealed interface RecordView permits TraceView, MetricView {

  /**
   * Starts on another record, of which nothing is known yet but the bytes that hold it.
   *
   * @param start where it begins among them
   */
  void startOn(byte[] bytes, int start, int length);

  /** The bytes that hold the record; nothing else, when that is all that is known of it. */
  byte[] bytes();

  /** When it happened, milliseconds since the epoch. */
  long timestampMs();

  /** The figures that decide whether it makes sense, for people. */
  String describe();
}
