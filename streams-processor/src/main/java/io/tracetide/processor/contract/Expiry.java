package io.tracetide.processor.contract;

import java.util.OptionalLong;

/**
 * A time that may run for so long and no longer.
 *
 * @param fromMicros when it began, microseconds since the epoch
 * @param endMicros when it was over; empty while it runs
 * @param longestMicros how long it may run; exactly that is still right
 */
public record Expiry(long fromMicros, OptionalLong endMicros, long longestMicros) {

  /** How long it ran, or has run so far. */
  public long elapsedMicros(long nowMs) {
    return Math.max(0, endMicros.orElse(Math.multiplyExact(nowMs, 1_000L)) - fromMicros);
  }

  public boolean isExceeded(long nowMs) {
    return elapsedMicros(nowMs) > longestMicros;
  }

  /** When it will be exceeded if nothing ends it before; empty when it cannot be, or is already. */
  public OptionalLong exceededAtMs(long nowMs) {
    return endMicros.isPresent() || isExceeded(nowMs)
        ? OptionalLong.empty()
        : OptionalLong.of(Math.floorDiv(fromMicros + longestMicros, 1_000L) + 1);
  }
}
