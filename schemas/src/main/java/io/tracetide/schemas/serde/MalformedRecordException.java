package io.tracetide.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** A record whose bytes cannot be decoded, now or later: send it to a dead-letter topic. */
public final class MalformedRecordException extends SerializationException {

  private static final long serialVersionUID = 1L;

  /** Kinds of errors. */
  public enum Reason {
    /** There are no bytes. */
    EMPTY,
    /** The first byte is not the one of the wire format. */
    BAD_MAGIC,
    /** The bytes end before the record does. */
    TRUNCATED,
    /** A value is not allowed by the schema. */
    BAD_DATA,
    /** The record has more bytes than the limit. */
    TOO_LARGE,
    /** The record announces more array items and map entries than it can hold. */
    TOO_MANY_ITEMS,
    /** The record ends before the bytes do. */
    TRAILING_BYTES,
    /** The writer's schema cannot be resolved to the expected record. */
    INCOMPATIBLE_SCHEMA
  }

  private final Reason reason;

  public MalformedRecordException(Reason reason, String message) {
    this(reason, message, null);
  }

  public MalformedRecordException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
