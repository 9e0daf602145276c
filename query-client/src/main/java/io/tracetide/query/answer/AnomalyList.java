package io.tracetide.query.answer;

import java.util.List;

/**
 * Answer of {@code /monitoring/anomalies}, newest first.
 *
 * @param total number of matching anomalies; more than the list has when the limit shortened it
 */
public record AnomalyList(boolean partial, List<String> missing, int total, List<Anomaly> anomalies)
    implements QueryAnswer {
  public AnomalyList {
    missing = Values.list(missing);
    anomalies = Values.list(anomalies);
  }
}
