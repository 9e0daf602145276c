package io.tracetide.processor.query.promql;

import java.util.List;

/**
 * The result of a query.
 *
 * @param value a scalar, a string or a vector; never distributions
 * @param ordered whether the order of the series has a meaning
 * @param warnings what the caller should know about the result; sorted
 */
public record QueryOutcome(Value value, boolean ordered, List<String> warnings) {
  public QueryOutcome {
    warnings = List.copyOf(warnings);
  }
}
