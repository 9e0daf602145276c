package io.tracetide.processor.topology.intake;

import io.tracetide.processor.event.RecordView;

/** The result of validation. */
public sealed interface Validated<V extends RecordView> {

  /**
   * An iterator over the valid records of a batch. They are forwarded together, because forwarding
   * each record costs a large part of the time of counting it. The receiver must read all of them
   * before it returns.
   */
  non-sealed interface Run<V extends RecordView> extends Validated<V> {

    /**
     * Reads the next record; false when there is none.
     *
     * @param into view that is filled; valid until the receiver returns
     */
    boolean next(V into);

    /** Position of the record that was read last, for {@link #setAside}. */
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

  /** The original bytes of a record that is rerouted or dead-lettered. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record RawRecord<V extends RecordView>(byte[] bytes) implements Validated<V> {}
}
