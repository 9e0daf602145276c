package io.tracetide.processor.topology.intake;

import io.tracetide.processor.event.RecordView;

/** What comes out of validation. */
public sealed interface Validated<V extends RecordView> {

  /**
   * The valid records of a batch, one after another. They go on together, because handing over each
   * of them would cost a good part of what counting it does; they are to be read to the end before
   * the call that hands them over returns.
   */
  non-sealed interface Run<V extends RecordView> extends Validated<V> {

    /**
     * Reads the next one; false when there is none.
     *
     * @param into shows it, as long as the call that hands the records over lasts
     */
    boolean next(V into);

    /** Where the record that was read last is, for {@link #setAside}. */
    int position();

    /**
     * Dead-letters a record whose processing failed, so that the others of its batch go on.
     *
     * @param position of the record
     * @param failure caused by the record; thrown again when Kafka, the registry or the local state
     *     caused it
     */
    void setAside(int position, RuntimeException failure);
  }

  /** A record as it arrived, on its way elsewhere. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
  record AsArrived<V extends RecordView>(byte[] bytes) implements Validated<V> {}
}
