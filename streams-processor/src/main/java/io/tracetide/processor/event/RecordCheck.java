package io.tracetide.processor.event;

import java.util.Optional;

/**
 * Checks the plausibility of a well-formed record. Implausible records are dead-lettered with a
 * reason before they reach a window.
 */
@FunctionalInterface
public interface RecordCheck<V extends RecordView> {

  /**
   * Why the record has to be dead-lettered; empty when it is valid.
   *
   * @param nowMs wall clock, milliseconds since the epoch
   * @param newestMs newest record of the partition so far, milliseconds since the epoch
   */
  Optional<Failure> check(V record, long nowMs, long newestMs);

  /**
   * Why a record is not plausible.
   *
   * @param detail the field of the contract, and what is wrong with its value
   */
  record Failure(DeadLetterReason reason, String detail) {

    static Optional<Failure> of(DeadLetterReason reason, String detail) {
      return Optional.of(new Failure(reason, detail));
    }
  }
}
