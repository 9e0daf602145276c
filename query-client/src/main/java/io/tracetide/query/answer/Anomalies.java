package io.tracetide.query.answer;

import java.util.List;

/**
 * Answer of {@code /monitoring/anomalies}, newest first.
 *
 * @param total number of matching anomalies; more than the list has when the limit shortened it
 */
public record Anomalies(boolean partial, List<String> missing, int total, List<Anomaly> anomalies)
    implements Answer {
  public Anomalies {
    missing = Values.list(missing);
    anomalies = Values.list(anomalies);
  }
}
