package io.tracetide.gateway.publish;

import io.tracetide.gateway.record.Refusal;
import java.util.List;

/** What Kafka said to the records of one request. */
public sealed interface PublishResult {

  /**
   * Every record is on all in-sync replicas, but for those that the broker refuses as such: no
   * repetition would help.
   */
  record Acknowledged(List<Refusal> refused) implements PublishResult {

    public Acknowledged {
      refused = List.copyOf(refused);
    }
  }

  /**
   * At least one record is not known to be stored. Some may be: a repetition may store those twice.
   */
  record Unavailable(String detail) implements PublishResult {}
}
