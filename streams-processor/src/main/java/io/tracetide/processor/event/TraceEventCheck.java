package io.tracetide.processor.event;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides whether a well-formed event makes sense. What does not is set aside with a reason, before
 * it can spoil a window or stop one.
 *
 * @param maxAhead how far an event may be in the future: clocks differ
 * @param maxBehind how far an event may be behind the newest one of its partition: older windows
 *     are no longer kept
 */
public record TraceEventCheck(Duration maxAhead, Duration maxBehind) {

  /** Longest name that becomes part of a key, in bytes of UTF-8. */
  static final int MAX_NAME_BYTES = 1024;

  /** Longest trace id. */
  static final int MAX_TRACE_ID_BYTES = 256;

  /** The epoch's first day: earlier times are a unit mistaken or a clock not set. */
  private static final long EARLIEST_MS = Duration.ofDays(1).toMillis();

  /**
   * Why the event cannot be counted, if so.
   *
   * @param nowMs wall clock, milliseconds since the epoch
   * @param newestMs newest event of the partition so far, milliseconds since the epoch
   */
  public Optional<DeadLetterReason> check(TraceView event, long nowMs, long newestMs) {
    long at = event.timestampMs();
    if (at > nowMs + maxAhead.toMillis()) {
      return Optional.of(DeadLetterReason.FUTURE_TIMESTAMP);
    }
    if (at < EARLIEST_MS) {
      return Optional.of(DeadLetterReason.BAD_TIMESTAMP);
    }
    if (at < newestMs - maxBehind.toMillis()) {
      return Optional.of(DeadLetterReason.BEYOND_RETENTION);
    }
    if (!isName(event, event.service) || !isName(event, event.operation)) {
      return Optional.of(DeadLetterReason.BAD_NAME);
    }
    if (event.tenant.length() > MAX_NAME_BYTES || event.hasZeroByte(event.tenant)) {
      return Optional.of(DeadLetterReason.BAD_NAME);
    }
    if (event.traceId.length() == 0 || event.traceId.length() > MAX_TRACE_ID_BYTES) {
      return Optional.of(DeadLetterReason.BAD_TRACE_ID);
    }
    if (event.hasDuration() && event.durationMicros() < 0) {
      return Optional.of(DeadLetterReason.BAD_DURATION);
    }
    double weight = event.samplingWeight();
    if (!(weight > 0) || weight > 1e9) {
      return Optional.of(DeadLetterReason.BAD_SAMPLING_WEIGHT);
    }
    if (event.hasCpuUsage() && !Double.isFinite(event.cpuUsagePercent())) {
      return Optional.of(DeadLetterReason.BAD_VALUE);
    }
    return Optional.empty();
  }

  private static boolean isName(TraceView event, TraceView.Slice name) {
    return name.length() > 0 && name.length() <= MAX_NAME_BYTES && !event.hasZeroByte(name);
  }
}
