package io.tracetide.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** A record's bytes are not what they claim to be, and never will be: poison. */
public final class MalformedRecordException extends SerializationException {

  private static final long serialVersionUID = 1L;

  /** What is wrong with the bytes. */
  public enum Reason {
    /** There are no bytes. */
    EMPTY,
    /** The first byte is not the one of the wire format. */
    BAD_MAGIC,
    /** The bytes end before the record does. */
    TRUNCATED,
    /** A value that the schema does not allow. */
    BAD_DATA,
    /** More bytes than a record may have. */
    TOO_LARGE,
    /** More array items and map entries than a record of its size can hold. */
    TOO_MANY_ITEMS,
    /** The record ends before the bytes do. */
    TRAILING_BYTES,
    /** Written with a schema that cannot be read as the wanted record. */
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
