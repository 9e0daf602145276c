package io.tracetide.processor.query.promql;

/**
 * Bounds of an evaluation.
 *
 * @param steps of a range query
 * @param series of a selector or of a result
 * @param cells values of all intermediate results, 8 bytes each
 */
public record EvaluationLimits(int steps, int series, long cells) {
  public static EvaluationLimits defaults() {
    return new EvaluationLimits(11_000, 20_000, 2_000_000);
  }
}
