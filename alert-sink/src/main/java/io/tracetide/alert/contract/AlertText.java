package io.tracetide.alert.contract;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Incident;
import io.tracetide.schemas.Peak;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Labels and annotations of the alert behind an anomaly. */
public final class AlertText {
  /** Features that a description names; an anomaly has a handful. */
  private static final int MOST_FEATURES = 64;

  /** Characters of a description: a single value may have three hundred digits. */
  private static final int MOST_DESCRIPTION = 8_192;

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
    if (anomaly.getMetric() != null) {
      labels.put("metric", anomaly.getMetric());
    }
    if (anomaly.getIncident() != null) {
      labels.put("incident", anomaly.getIncident().getIncidentId());
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

  /** The texts of the alert for people. */
  public static Map<String, String> annotations(Anomaly anomaly) {
    Map<String, String> annotations = new TreeMap<>();
    annotations.put("summary", anomaly.getSummary());
    origin(anomaly).ifPresent(origin -> annotations.put("origin", origin));
    if (anomaly.getEngine() != null) {
      annotations.put("engine", anomaly.getEngine());
    }
    String description = description(anomaly);
    if (!description.isEmpty()) {
      annotations.put("description", description);
    }
    return annotations;
  }

  /** Service and operation of the most likely origin of the incident, if it has one. */
  public static Optional<String> origin(Anomaly anomaly) {
    @Nullable Incident incident = anomaly.getIncident();
    if (incident == null) {
      return Optional.empty();
    }
    @Nullable String operation = incident.getOriginOperation();
    return Optional.of(incident.getOriginService() + (operation == null ? "" : " " + operation));
  }

  /** Values of the peak window of the anomaly, if it is known. */
  private static String description(Anomaly anomaly) {
    @Nullable Peak peak = anomaly.getPeak();
    return peak == null
        ? values(anomaly.getObserved(), anomaly.getExpected())
        : values(peak.getObserved(), peak.getExpected());
  }

  /** For example {@code errorRatePercent 12.5 (expected 0.4), p95Ms 840 (expected 120)}. */
  private static String values(Map<String, Double> observed, Map<String, Double> usual) {
    return new TreeMap<>(observed)
        .entrySet().stream()
            .limit(MOST_FEATURES)
            .map(
                feature -> {
                  Double expected = usual.get(feature.getKey());
                  String seen = feature.getKey() + " " + number(feature.getValue());
                  return expected == null ? seen : seen + " (expected " + number(expected) + ")";
                })
            .collect(
                Collectors.collectingAndThen(
                    Collectors.joining(", "),
                    text -> text.substring(0, Math.min(text.length(), MOST_DESCRIPTION))));
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }

  private AlertText() {}
}
