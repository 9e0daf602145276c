package io.tracetide.alert.topology;

import io.tracetide.schemas.Anomaly;
import java.util.List;

/** A validated record of {@code anomalies}: an anomaly, or a malformed record. */
sealed interface ValidatedAnomaly {

  /** The anomaly, if the record is valid. */
  default List<Anomaly> anomalies() {
    return this instanceof Accepted accepted ? List.of(accepted.anomaly()) : List.of();
  }

  /** The bytes for the dead letter, if the record is malformed. */
  default List<byte[]> malformed() {
    return this instanceof Malformed malformed ? List.of(malformed.value()) : List.of();
  }

  /** A valid anomaly. */
  record Accepted(Anomaly anomaly) implements ValidatedAnomaly {}

  /** A malformed record; the headers have the reason. */
  @SuppressWarnings("ArrayRecordComponent") // Forwarded once, never compared.
  record Malformed(byte[] value) implements ValidatedAnomaly {}
}
