package io.tracetide.processor.query;

import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.audit.AuditView;
import io.tracetide.processor.query.detection.DetectionView;
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
    AuditView audit) {

  /** The same without an audit trail. */
  public QueryViews(
      WindowView windows,
      AnomalyView anomalies,
      DetectionView detection,
      Optional<LedgerView> ledger) {
    this(windows, anomalies, detection, ledger, AuditView.EMPTY);
  }
}
