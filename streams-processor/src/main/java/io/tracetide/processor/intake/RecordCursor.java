package io.tracetide.processor.intake;

import io.tracetide.processor.event.RecordView;
import io.tracetide.schemas.size.Oversized;
import org.jspecify.annotations.Nullable;

/** Consecutive records of a partition, read one after the other. */
public interface RecordCursor {

  /** The index of a record that is not one of several in a record of Kafka. */
  int NO_INDEX = -1;

  /** Moves to the next record; false when there is none. */
  boolean next();

  /** Position of the current record, for {@link #at}. */
  int position();

  /** A cursor over the same records, at the one with that position. */
  RecordCursor at(int position);

  /** Offset of the record in Kafka. */
  long offset();

  /** Index of the event in that record, from 0; {@link #NO_INDEX} when the record is one event. */
  default int index() {
    return NO_INDEX;
  }

  /** Timestamp of the record, milliseconds since the epoch. */
  long timestamp();

  /** The original size of a cut record; null when it was not cut. */
  @Nullable Oversized oversized();

  byte @Nullable [] key();

  /** A copy of the value; empty when there is none. */
  byte[] value();

  /** The array that contains the value, from {@link #valueStart}. */
  byte[] bytes();

  int valueStart();

  /** Length of the value in bytes; 0 when there is none. */
  int valueLength();

  /**
   * Fills a view with the current record, if its fields are known without reading its bytes.
   *
   * @return false when they have to be read
   */
  default boolean fill(RecordView view) {
    return false;
  }
}
