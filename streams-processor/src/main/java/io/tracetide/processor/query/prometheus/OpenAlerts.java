package io.tracetide.processor.query.prometheus;

import io.tracetide.processor.query.prometheus.PrometheusQueries.Answer;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Open anomalies in the form of firing alerts. */
final class OpenAlerts {
  /** As many as a list can show. */
  private static final int MOST = 1_000;

  private OpenAlerts() {}

  static Answer answer(Reader reader) {
    List<Anomaly> open = new ArrayList<>();
    Set<String> warnings = new LinkedHashSet<>();
    StoredTiers.warnMissing(
        reader
            .anomalies()
            .read(
                anomaly -> {
                  reader.check().run();
                  boolean wanted =
                      anomaly.getState() == AnomalyState.OPEN
                          && reader.tenants().includes(anomaly.getTenantId());
                  if (wanted && open.size() < MOST) {
                    open.add(anomaly);
                  } else if (wanted) {
                    warnings.add("only %d of the open anomalies are listed".formatted(MOST));
                  }
                }),
        warnings::add);
    open.sort(Comparator.comparing(Anomaly::getOpenedAt).thenComparing(Anomaly::getAnomalyId));
    return new Answer(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("alerts");
          for (Anomaly anomaly : open) {
            json.writeStartObject();
            json.writeFieldName("labels");
            PrometheusJson.labels(json, labels(anomaly));
            json.writeObjectFieldStart("annotations");
            json.writeStringField("summary", anomaly.getSummary());
            json.writeEndObject();
            json.writeStringField("state", "firing");
            json.writeStringField("activeAt", anomaly.getOpenedAt().toString());
            json.writeStringField("value", "1e+00");
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        },
        List.copyOf(warnings));
  }

  private static Labels labels(Anomaly anomaly) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("alertname", lower(anomaly.getKind()));
    labels.put("detector", lower(anomaly.getDetector()));
    labels.put(SpanMetrics.TENANT, anomaly.getTenantId());
    labels.put(SpanMetrics.SERVICE, anomaly.getServiceName());
    labels.put(SpanMetrics.SPAN, anomaly.getOperationName());
    labels.put(SpanMetrics.SEVERITY, lower(anomaly.getSeverity()));
    return Labels.of(labels);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
