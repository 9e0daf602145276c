package io.tracetide.alert.topology;

import io.tracetide.schemas.AlertInput;
import java.util.List;

/** A validated record of {@code alert-inputs}: an input, or a malformed record. */
sealed interface ValidatedInput {

  /** The input, if the record is valid. */
  default List<AlertInput> inputs() {
    return this instanceof Accepted accepted ? List.of(accepted.input()) : List.of();
  }

  /** The bytes for the dead letter, if the record is malformed. */
  default List<byte[]> malformed() {
    return this instanceof Malformed malformed ? List.of(malformed.value()) : List.of();
  }

  /** A valid input. */
  record Accepted(AlertInput input) implements ValidatedInput {}

  /** A malformed record; the headers have the reason. */
  @SuppressWarnings("ArrayRecordComponent") // Forwarded once, never compared.
  record Malformed(byte[] value) implements ValidatedInput {}
}
