package io.tracetide.gateway.record;

import java.util.List;
import java.util.Set;

/** A format of request bodies: decodes the records and encodes the response. */
public interface PayloadFormat {

  /** Value of the meters' tag {@code endpoint}. */
  String label();

  /**
   * Adds every record of a body to the batch. An invalid record is refused alone and the next one
   * is read; only a malformed body is refused as a whole.
   *
   * @throws RefusedRequestException when the body is malformed
   */
  void read(Payload body, RecordBatchBuilder batch);

  /** HTTP status after Kafka acknowledged every accepted record. */
  default int acceptedStatus() {
    return 200;
  }

  /**
   * The response after Kafka acknowledged every accepted record.
   *
   * @param warnings about accepted records; only part of the response if the format allows it
   */
  Answer accepted(int accepted, List<Refusal> refused, Set<String> warnings);

  /** The response to a request that is refused as a whole. */
  Answer refused(RequestRefusal refusal, String detail);

  /** A response body and its content type. */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
  record Answer(String contentType, byte[] body) {}
}
