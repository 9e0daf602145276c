package io.tracetide.processor.event;

import java.util.Optional;

/**
 * Checks the plausibility of a well-formed record. Implausible records are dead-lettered with a
 * reason before they reach a window.
 */
@FunctionalInterface
public interface RecordCheck<V extends RecordView> {

  /**
   * The reason to dead-letter the record; empty when it is valid.
   *
   * @param nowMs wall clock, milliseconds since the epoch
   * @param newestMs newest record of the partition so far, milliseconds since the epoch
   */
  Optional<DeadLetterReason> check(V record, long nowMs, long newestMs);
}
