package io.tracetide.schemas.mapping;

import java.time.Instant;

/** Converts times of the contracts to microseconds since the epoch. */
public final class EpochMicros {

  private EpochMicros() {}

  /**
   * Microseconds since the epoch. Exact for every time that a {@code timestamp-micros} of Avro can
   * be; {@code ChronoUnit.MICROS.between} overflows outside of the years 1677 to 2262.
   */
  public static long of(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }
}
