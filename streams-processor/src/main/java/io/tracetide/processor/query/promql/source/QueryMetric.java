package io.tracetide.processor.query.promql.source;

/**
 * A metric that can be selected.
 *
 * @param family name of its family, as metadata have it
 * @param help one sentence
 */
public record QueryMetric(String name, Kind kind, String family, String help) {

  /** How values of a metric come to be. */
  public enum Kind {
    /** Increases by what its windows counted. */
    COUNTER,
    /** Distributions of windows, as buckets with the label {@code le}. */
    BUCKET,
    /** Values at times. */
    GAUGE
  }
}
