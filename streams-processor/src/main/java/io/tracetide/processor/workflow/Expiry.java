package io.tracetide.processor.workflow;

import java.util.OptionalLong;

/**
 * A running time with a maximum.
 *
 * @param fromMicros start, microseconds since the epoch
 * @param endMicros end, microseconds since the epoch; empty while it runs
 * @param longestMicros maximum, inclusive, in microseconds
 */
public record Expiry(long fromMicros, OptionalLong endMicros, long longestMicros) {

  /** Time from the start to the end, or until now. */
  public long elapsedMicros(long nowMs) {
    return Math.max(0, endMicros.orElse(Math.multiplyExact(nowMs, 1_000L)) - fromMicros);
  }

  public boolean isExceeded(long nowMs) {
    return elapsedMicros(nowMs) > longestMicros;
  }

  /** When the maximum will be exceeded; empty when it already is, or when the end is known. */
  public OptionalLong exceededAtMs(long nowMs) {
    return endMicros.isPresent() || isExceeded(nowMs)
        ? OptionalLong.empty()
        : OptionalLong.of(Math.floorDiv(fromMicros + longestMicros, 1_000L) + 1);
  }
}
