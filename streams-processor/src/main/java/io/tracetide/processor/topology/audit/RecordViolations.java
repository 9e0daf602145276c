package io.tracetide.processor.topology.audit;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.Detector;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Writes an audit entry when a violation of a contract or a control opens, and one when it is
 * resolved. The summary of the anomaly is omitted, because it contains texts of users.
 */
public final class RecordViolations
    extends ContextualProcessor<String, Anomaly, String, AuditEntry> {

  @Override
  public void process(Record<String, Anomaly> record) {
    Anomaly anomaly = record.value();
    boolean violation =
        anomaly.getDetector() == Detector.CONTRACT || anomaly.getDetector() == Detector.COMPLIANCE;
    boolean over = anomaly.getState() == AnomalyState.RESOLVED;
    if (violation && (over || anomaly.getRevision() == 0)) {
      context().forward(record.withKey(anomaly.getTenantId()).withValue(entry(anomaly, over)));
    }
  }

  private static AuditEntry entry(Anomaly anomaly, boolean over) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("detector", lower(anomaly.getDetector()));
    details.put("kind", lower(anomaly.getKind()));
    details.put("severity", lower(anomaly.getSeverity()));
    details.put("service", anomaly.getServiceName());
    details.put("operation", anomaly.getOperationName());
    details.put("fingerprint", anomaly.getFingerprint());
    details.put("openedAt", anomaly.getOpenedAt().toString());
    if (anomaly.getRule() != null) {
      details.put("rule", anomaly.getRule());
    }
    if (!anomaly.getTraceIds().isEmpty()) {
      details.put("traceIds", String.join(",", anomaly.getTraceIds()));
    }
    return new AuditEntry(
        anomaly.getTenantId(),
        anomaly.getUpdatedAt(),
        "processor",
        over ? "violation.resolved" : "violation.opened",
        anomaly.getAnomalyId(),
        details);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
