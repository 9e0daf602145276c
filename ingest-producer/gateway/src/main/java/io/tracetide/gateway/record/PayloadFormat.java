package io.tracetide.gateway.record;

import java.util.List;
import java.util.Set;

/** One way of writing records down: how a body is read, and how its sender is answered. */
public interface PayloadFormat {

  /** Value of the metric's tag. */
  String label();

  /**
   * Reads every record of a body into the intake. A record that is bad by itself is refused there
   * and the next one is read; only a body that cannot be followed at all is refused as a whole.
   *
   * @throws RefusedRequestException when the body cannot be followed
   */
  void read(byte[] body, int from, int length, RecordBatchBuilder intake);

  /** HTTP status of the answer when every accepted record is acknowledged. */
  default int acceptedStatus() {
    return 200;
  }

  /** The answer when every accepted record is acknowledged. */
  Answer accepted(int accepted, List<Refusal> refused);

  /**
   * The same, with what the sender should know of records that were accepted. Dialects whose
   * answers have no place for it leave it out.
   */
  default Answer accepted(int accepted, List<Refusal> refused, Set<String> warnings) {
    return accepted(accepted, refused);
  }

  /** The answer to a request that is refused as a whole. */
  Answer refused(RequestRefusal refusal, String detail);

  /** A response body and its content type. */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
  record Answer(String contentType, byte[] body) {}
}
