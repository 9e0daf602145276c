package io.tracetide.gateway.record;

import java.util.Locale;

/** Why a record was refused. None of the reasons is retryable. */
public enum RefusalReason {
  /** The trace id is absent, all zeros, or malformed. */
  INVALID_TRACE_ID,
  /** The span id is absent, all zeros, or malformed. */
  INVALID_SPAN_ID,
  /** A required time is absent, or before 1970. */
  INVALID_TIMESTAMP,
  /** The time is implausible in the unit of the endpoint, usually because it is in another unit. */
  BAD_TIMESTAMP,
  /** The time is older than the retention of all windows. */
  BEYOND_RETENTION,
  /** The duration exceeds the limit, usually because it is in another unit. */
  INVALID_DURATION,
  /** The time is further ahead of the gateway's clock than tolerated. */
  FUTURE_TIMESTAMP,
  /** A required field is absent, or a value is not of the field's type. */
  INVALID_FIELD,
  /** The line is not JSON, or holds more than one value. */
  MALFORMED_LINE,
  /** The record has more JSON values than allowed. */
  TOO_MANY_VALUES,
  /** The contract cannot represent this kind of metric. */
  UNSUPPORTED_METRIC,
  /** The record is too large even without its events and metadata. */
  TOO_LARGE,
  /** The broker refused the record as such. */
  REJECTED_BY_KAFKA;

  /** Value of the meters' tag {@code reason}, also used in responses. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
