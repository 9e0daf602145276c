package io.tracetide.processor.event;

import java.util.Optional;

/**
 * Decides whether a well-formed record makes sense. What does not is set aside with a reason,
 * before it can spoil a window or stop one.
 */
@FunctionalInterface
public interface RecordCheck<V extends RecordView> {

  /**
   * Why the record cannot be counted, if so.
   *
   * @param nowMs wall clock, milliseconds since the epoch
   * @param newestMs newest record of the partition so far, milliseconds since the epoch
   */
  Optional<DeadLetterReason> check(V record, long nowMs, long newestMs);
}
