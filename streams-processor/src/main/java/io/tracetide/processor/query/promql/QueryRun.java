package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.source.SeriesSource;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import java.util.Set;
import java.util.TreeSet;

/** What the parts of one evaluation share: steps, limits and warnings. */
final class QueryRun {
  private final SeriesSource source;
  private final Steps steps;
  private final EvaluationLimits limits;
  private final Runnable budget;
  private final Set<String> warnings = new TreeSet<>();
  private long cells;

  /**
   * An evaluation.
   *
   * @param budget throws when the time of the query is over
   */
  QueryRun(SeriesSource source, Steps steps, EvaluationLimits limits, Runnable budget) {
    this.source = source;
    this.steps = steps;
    this.limits = limits;
    this.budget = budget;
  }

  SeriesSource source() {
    return source;
  }

  Steps steps() {
    return steps;
  }

  Set<String> warnings() {
    return warnings;
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  /** To be called for each series; throws when the time is over. */
  void checkTime() {
    budget.run();
  }

  /** Room for the values of one more series. */
  StepValues newSamples() {
    budget.run();
    cells += steps.count();
    if (cells > limits.cells()) {
      throw PromqlException.execution(
          ("the query needs more than %d values at once: select fewer series, aggregate them, or"
                  + " use a longer step")
              .formatted(limits.cells()));
    }
    return new StepValues(steps.count());
  }

  void checkSeries(int number) {
    if (number > limits.series()) {
      throw PromqlException.execution(
          "the query has more than %d series: select fewer, or aggregate them with sum by"
              .formatted(limits.series()));
    }
  }
}
