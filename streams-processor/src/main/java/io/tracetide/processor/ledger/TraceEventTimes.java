package io.tracetide.processor.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times of the contract as numbers. */
final class TraceEventTimes {

  private TraceEventTimes() {}

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
