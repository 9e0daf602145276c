package io.tracetide.gateway.publish;

import io.tracetide.gateway.record.Refusal;
import java.util.List;

/** The result of publishing the records of one request. */
public sealed interface PublishResult {

  /** Every record is on all in-sync replicas, except those that the broker rejected for good. */
  record Acknowledged(List<Refusal> refused) implements PublishResult {

    public Acknowledged {
      refused = List.copyOf(refused);
    }
  }

  /** At least one record was not acknowledged. A retry may store the other records twice. */
  record Unavailable(String detail) implements PublishResult {}
}
