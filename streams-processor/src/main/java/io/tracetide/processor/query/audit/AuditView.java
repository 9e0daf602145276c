package io.tracetide.processor.query.audit;

import io.tracetide.runtime.kafka.audit.ChainReport;
import io.tracetide.runtime.kafka.audit.TrailPage;
import io.tracetide.runtime.kafka.audit.TrailRequest;
import java.util.List;
import java.util.Map;

/** The audit trail as queries read it. Every instance reads all of it, from Kafka. */
public interface AuditView {

  /** No trail, for tests of other queries. */
  AuditView EMPTY =
      new AuditView() {
        @Override
        public TrailPage page(TrailRequest request) {
          return new TrailPage(List.of(), Map.of(), 0, 0);
        }

        @Override
        public ChainReport verification() {
          return ChainReport.NOTHING;
        }
      };

  /**
   * A page of the trail.
   *
   * @throws io.tracetide.processor.query.store.StoresUnavailableException when it cannot be read
   */
  TrailPage page(TrailRequest request);

  /** What the verification in the background has found so far. */
  ChainReport verification();
}
