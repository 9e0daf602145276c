package io.tracetide.standalone.audit;

import io.tracetide.runtime.kafka.audit.Chains;
import io.tracetide.runtime.kafka.audit.Verification;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.ChainHead;
import io.tracetide.schemas.audit.ChainLink;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Verifies the trail in Kafka. */
public final class TrailVerifier {

  private TrailVerifier() {}

  /**
   * Reads and verifies all of it.
   *
   * @param anchors links that are known from before
   */
  public static Verification verify(
      RetainedAudit trail, List<ChainHead> anchors, LongConsumer progress) {
    Chains chains = new Chains(anchors);
    for (int partition = 0; partition < trail.partitions(); partition++) {
      chains.of(partition);
    }
    trail.read(
        new RetainedAudit.Reader() {
          @Override
          public void record(int partition, AuditRecord record) {
            chains.of(partition).next(ChainLink.of(record));
          }

          @Override
          public void unreadable(int partition, String detail) {
            chains.of(partition).unreadable(detail);
          }
        },
        progress);
    return new Verification(chains.end(), Optional.empty());
  }
}
