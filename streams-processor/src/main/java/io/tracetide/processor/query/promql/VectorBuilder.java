package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Collects a vector whose series have distinct labels at each step. */
final class VectorBuilder {
  private final QueryRun run;
  private final Map<Labels, StepValues> series = new LinkedHashMap<>();

  VectorBuilder(QueryRun run) {
    this.run = run;
  }

  void set(Labels labels, int step, double value) {
    StepValues samples = samples(labels);
    if (samples.has(step)) {
      throw PromqlException.execution(
          "two series of the result have the same labels, %s: keep a label that distinguishes them"
              .formatted(labels));
    }
    samples.set(step, value);
  }

  /** The values of a series, to be filled. */
  StepValues samples(Labels labels) {
    StepValues known = series.get(labels);
    if (known == null) {
      known = run.newSamples();
      series.put(labels, known);
      run.checkSeries(series.size());
    }
    return known;
  }

  /** Applies a function to each value of a series; the result may have other labels. */
  void map(VectorSeries from, Labels labels, StepFunction function) {
    StepValues samples = from.samples();
    for (int step = 0; step < samples.steps(); step++) {
      if (samples.has(step)) {
        set(labels, step, function.apply(step, samples.get(step)));
      }
    }
  }

  /** A function of a value at a step. */
  interface StepFunction {
    double apply(int step, double value);
  }

  VectorValue build() {
    return new VectorValue(
        series.entrySet().stream()
            .filter(entry -> entry.getValue().size() > 0)
            .map(entry -> new VectorSeries(entry.getKey(), entry.getValue()))
            .toList());
  }
}
