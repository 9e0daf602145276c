package io.tracetide.alert.contract;

import io.tracetide.alert.decision.AlertEpisode;
import io.tracetide.alert.decision.AnomalyReport;
import io.tracetide.alert.decision.Severity;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Reads an anomaly record as a report and as labels. */
public final class AnomalyReader {

  /** The report for the decision. */
  public static AnomalyReport report(Anomaly anomaly) {
    return new AnomalyReport(
        anomaly.getTenantId(),
        anomaly.getFingerprint(),
        new AlertEpisode(anomaly.getAnomalyId(), anomaly.getOpenedAt()),
        anomaly.getRevision(),
        Severity.valueOf(anomaly.getSeverity().name()),
        anomaly.getState() == AnomalyState.OPEN,
        labels(anomaly));
  }

  /**
   * The labels of the alert, for routing, grouping and silencing. Values of Tracetide's enums are
   * in lower case, names of services and operations are unchanged.
   */
  public static Map<String, String> labels(Anomaly anomaly) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("alertname", alertName(anomaly));
    labels.put("tenant", anomaly.getTenantId());
    labels.put("service", anomaly.getServiceName());
    labels.put("operation", anomaly.getOperationName());
    labels.put("detector", lower(anomaly.getDetector()));
    labels.put("kind", lower(anomaly.getKind()));
    labels.put("severity", lower(anomaly.getSeverity()));
    if (anomaly.getRule() != null) {
      labels.put("rule", anomaly.getRule());
    }
    return labels;
  }

  /** The rule's name, or the kind of a learned anomaly in Alertmanager's spelling: ErrorRate. */
  private static String alertName(Anomaly anomaly) {
    if (anomaly.getRule() != null) {
      return anomaly.getRule();
    }
    StringBuilder name = new StringBuilder();
    for (String word : lower(anomaly.getKind()).split("_", -1)) {
      name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    return name.toString();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private AnomalyReader() {}
}
