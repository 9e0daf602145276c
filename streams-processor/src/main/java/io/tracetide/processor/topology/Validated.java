package io.tracetide.processor.topology;

import io.tracetide.processor.event.RecordView;

/** What comes out of validation. */
sealed interface Validated<V extends RecordView> {

  /**
   * The valid records of a batch, one after another in a view that is filled anew. They go on
   * together, because handing over each of them would cost a good part of what counting it does;
   * they are to be read to the end before the call that hands them over returns.
   */
  non-sealed interface Run<V extends RecordView> extends Validated<V> {

    /** Goes on to the next one; false when there is none. */
    boolean next();

    /** The one at hand. */
    V record();
  }

  /** A record as it arrived, on its way elsewhere. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
  record AsArrived<V extends RecordView>(byte[] bytes) implements Validated<V> {}
}
