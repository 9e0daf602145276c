package io.tracetide.processor.event;

import io.tracetide.processor.event.RecordCheck.Failure;
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

  private static final double MAX_WEIGHT = 1e9;

  @Override
  public Optional<Failure> check(TraceView event, long nowMs, long newestMs) {
    Optional<Failure> untimely =
        TimeFence.check(event.timestampMs(), nowMs, maxAhead, newestMs, maxBehind);
    if (untimely.isPresent()) {
      return untimely;
    }
    byte[] bytes = event.bytes();
    if (!event.service.isName(bytes)
        || !event.operation.isName(bytes)
        || !event.tenant.fitsKey(bytes)) {
      return Failure.of(DeadLetterReason.BAD_NAME, badName(event));
    }
    int traceIdBytes = event.traceId.length();
    if (traceIdBytes == 0 || traceIdBytes > MAX_TRACE_ID_BYTES) {
      return Failure.of(
          DeadLetterReason.BAD_TRACE_ID,
          traceIdBytes == 0
              ? "traceId is missing"
              : "traceId has %d bytes, at most %d are allowed"
                  .formatted(traceIdBytes, MAX_TRACE_ID_BYTES));
    }
    if (event.hasDuration() && !DurationLimit.allows(event.durationMicros())) {
      return badDuration(event.durationMicros());
    }
    double weight = event.samplingWeight();
    if (!(weight > 0) || weight > MAX_WEIGHT) {
      return Failure.of(
          DeadLetterReason.BAD_SAMPLING_WEIGHT,
          "samplingWeight is %s, which is not above 0 and at most 1e9".formatted(weight));
    }
    ResourceField notFinite = event.notFinite();
    return notFinite == null
        ? Optional.empty()
        : Failure.of(
            DeadLetterReason.BAD_VALUE,
            "%s is %s, which is not finite".formatted(notFinite.field(), event.usage(notFinite)));
  }

  private static String badName(TraceView event) {
    byte[] bytes = event.bytes();
    if (!event.service.isName(bytes)) {
      return "serviceName " + event.service.fault();
    }
    return event.operation.isName(bytes)
        ? "tenantId " + event.tenant.fault()
        : "operationName " + event.operation.fault();
  }

  private static Optional<Failure> badDuration(long micros) {
    return micros < 0
        ? Failure.of(
            DeadLetterReason.BAD_DURATION, "durationMicros is negative: %d".formatted(micros))
        : Failure.of(
            DeadLetterReason.EXCESSIVE_DURATION,
            "durationMicros is %d, at most %d is allowed"
                .formatted(micros, DurationLimit.MAX_MICROS));
  }
}
