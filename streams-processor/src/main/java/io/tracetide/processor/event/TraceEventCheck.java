package io.tracetide.processor.event;

import io.tracetide.schemas.mapping.DurationLimit;
import java.time.Duration;
import java.util.Optional;

/**
 * Checks the plausibility of a well-formed event.
 *
 * @param maxAhead how far an event may be in the future, because clocks differ
 * @param maxBehind how far an event may be behind the newest one of its partition, because older
 *     windows are deleted
 */
public record TraceEventCheck(Duration maxAhead, Duration maxBehind)
    implements RecordCheck<TraceView> {

  /** Longest trace id. */
  static final int MAX_TRACE_ID_BYTES = 256;

  @Override
  public Optional<DeadLetterReason> check(TraceView event, long nowMs, long newestMs) {
    Optional<DeadLetterReason> untimely =
        TimeFence.check(event.timestampMs(), nowMs, maxAhead, newestMs, maxBehind);
    if (untimely.isPresent()) {
      return untimely;
    }
    byte[] bytes = event.bytes();
    if (!event.service.isName(bytes)
        || !event.operation.isName(bytes)
        || !event.tenant.fitsKey(bytes)) {
      return Optional.of(DeadLetterReason.BAD_NAME);
    }
    if (event.traceId.length() == 0 || event.traceId.length() > MAX_TRACE_ID_BYTES) {
      return Optional.of(DeadLetterReason.BAD_TRACE_ID);
    }
    if (event.hasDuration() && !DurationLimit.allows(event.durationMicros())) {
      return Optional.of(
          event.durationMicros() < 0
              ? DeadLetterReason.BAD_DURATION
              : DeadLetterReason.EXCESSIVE_DURATION);
    }
    double weight = event.samplingWeight();
    if (!(weight > 0) || weight > 1e9) {
      return Optional.of(DeadLetterReason.BAD_SAMPLING_WEIGHT);
    }
    if (!event.hasFiniteUsage()) {
      return Optional.of(DeadLetterReason.BAD_VALUE);
    }
    return Optional.empty();
  }
}
