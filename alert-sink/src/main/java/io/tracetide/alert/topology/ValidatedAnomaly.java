package io.tracetide.alert.topology;

import io.tracetide.schemas.Anomaly;
import java.util.List;

/** A record of {@code anomalies} after it was looked at: what it says, or that it is poison. */
sealed interface ValidatedAnomaly {

  /** The anomaly, if there is one. */
  default List<Anomaly> anomalies() {
    return this instanceof Accepted accepted ? List.of(accepted.anomaly()) : List.of();
  }

  /** The bytes to keep, if it is poison. */
  default List<byte[]> poison() {
    return this instanceof Poison poison ? List.of(poison.value()) : List.of();
  }

  /** It can be decided on. */
  record Accepted(Anomaly anomaly) implements ValidatedAnomaly {}

  /** It cannot, and never will; the record's headers say why. */
  @SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
  record Poison(byte[] value) implements ValidatedAnomaly {}
}
