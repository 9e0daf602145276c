package io.tracetide.gateway.record;

import java.util.Locale;

/** Why a record was refused for good: sending it again would not help. */
public enum RefusalReason {
  /** The trace id is absent, all zeros, or not of the form asked for. */
  INVALID_TRACE_ID,
  /** The span id is absent, all zeros, or not of the form asked for. */
  INVALID_SPAN_ID,
  /** The record says nothing about when the work began or ended, or a time before 1970. */
  INVALID_TIMESTAMP,
  /** The time makes no sense in the unit that the endpoint reads, and does in another one. */
  BAD_TIMESTAMP,
  /** The time is so long ago that no window of that time is kept. */
  BEYOND_RETENTION,
  /** The work took longer than any may: a unit is mistaken. */
  INVALID_DURATION,
  /** The time is further ahead of our clock than is tolerated. */
  FUTURE_TIMESTAMP,
  /** A field is absent that has no default, or its value is not of its type. */
  INVALID_FIELD,
  /** The line is not JSON, or holds more than one value. */
  MALFORMED_LINE,
  /** The record holds more values, or a distribution more buckets, than one record may. */
  TOO_MANY_VALUES,
  /** The measurement is of a kind that the contract has no faithful form for. */
  UNSUPPORTED_METRIC,
  /** The record is too large even without its events and metadata. */
  TOO_LARGE,
  /** The broker refused the record as such. */
  REJECTED_BY_KAFKA;

  /** Value of the metric's tag, and the word that the sender reads. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
