package io.tracetide.processor.query;

import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.audit.AuditView;
import io.tracetide.processor.query.detection.DetectionView;
import io.tracetide.processor.query.instance.InstanceView;
import io.tracetide.processor.query.trace.LedgerView;
import io.tracetide.processor.query.window.WindowView;
import java.util.Optional;

/**
 * What queries read.
 *
 * @param ledger empty when traces in flight are not followed
 */
public record QueryViews(
    WindowView windows,
    AnomalyView anomalies,
    DetectionView detection,
    Optional<LedgerView> ledger,
    AuditView audit,
    InstanceView instances) {

  /** The same without an audit trail and instances. */
  public QueryViews(
      WindowView windows,
      AnomalyView anomalies,
      DetectionView detection,
      Optional<LedgerView> ledger) {
    this(windows, anomalies, detection, ledger, AuditView.EMPTY, InstanceView.EMPTY);
  }
}
