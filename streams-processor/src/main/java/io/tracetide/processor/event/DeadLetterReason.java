package io.tracetide.processor.event;

import io.tracetide.schemas.serde.MalformedRecordException;
import java.util.Locale;

/** Why a record was dead-lettered. The label is a header and a tag of a meter. */
public enum DeadLetterReason {
  /** The record has no bytes. */
  EMPTY,
  /** The bytes are not in the wire format. */
  BAD_MAGIC,
  /** The bytes end before the record does. */
  TRUNCATED,
  /** A value that the schema does not allow. */
  BAD_DATA,
  /** The record's key or value exceeds the maximum size; the dead letter has its beginning. */
  TOO_LARGE,
  /** A collection exceeds the maximum of items. */
  TOO_MANY_ITEMS,
  /** Bytes are left after the record. */
  TRAILING_BYTES,
  /** Written with a schema that is not a version of the contract. */
  INCOMPATIBLE_SCHEMA,
  /** Written with a schema that the registry does not know. */
  UNKNOWN_SCHEMA,
  /** Further in the future than {@code windows.maxAhead}. */
  FUTURE_TIMESTAMP,
  /** No timestamp, or one that is not in microseconds. */
  BAD_TIMESTAMP,
  /** Older than the longest retention of windows. */
  BEYOND_RETENTION,
  /** A name is missing, too long, or has a zero byte. */
  BAD_NAME,
  /** The trace id is missing or too long. */
  BAD_TRACE_ID,
  /** The duration is negative. */
  BAD_DURATION,
  /** The duration is longer than {@code DurationLimit.MAX}. */
  EXCESSIVE_DURATION,
  /** The sampling weight is not a positive number. */
  BAD_SAMPLING_WEIGHT,
  /** A measured value is not a number, or is a running total below zero. */
  BAD_VALUE,
  /** A distribution's buckets are missing, out of order, negative or do not match their bounds. */
  BAD_HISTOGRAM,
  /** Processing failed although the record is valid. */
  PROCESSING_FAILED;

  /** Lower case with underscores, for example {@code bad_magic}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static DeadLetterReason of(MalformedRecordException e) {
    return valueOf(e.reason().name());
  }
}
