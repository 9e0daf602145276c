package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.query.promql.syntax.BinaryOp;
import io.tracetide.processor.query.promql.syntax.Matching;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Evaluates and, or and unless. */
final class SetOperations {
  private final QueryRun run;
  private final Matching matching;

  SetOperations(QueryRun run, Matching matching) {
    this.run = run;
    this.matching = matching;
  }

  VectorValue apply(BinaryOp op, VectorValue left, VectorValue right) {
    VectorBuilder result = new VectorBuilder(run);
    if (op == BinaryOp.OR) {
      left.series().forEach(series -> keep(series, new BitSet(), false, result));
      Map<Labels, BitSet> present = present(left);
      right.series().forEach(series -> keep(series, matched(present, series), false, result));
    } else {
      Map<Labels, BitSet> present = present(right);
      left.series()
          .forEach(series -> keep(series, matched(present, series), op == BinaryOp.AND, result));
    }
    return result.build();
  }

  /** Copies the values at the steps that are in the set, or not in it. */
  private static void keep(VectorSeries series, BitSet set, boolean in, VectorBuilder result) {
    StepValues samples = series.samples();
    for (int step = 0; step < samples.steps(); step++) {
      if (samples.has(step) && set.get(step) == in) {
        result.set(series.labels(), step, samples.get(step));
      }
    }
  }

  private BitSet matched(Map<Labels, BitSet> present, VectorSeries series) {
    return present.getOrDefault(
        BinaryOperations.signature(series.labels(), matching), new BitSet());
  }

  /** The steps at which a vector has a series, by signature. */
  private Map<Labels, BitSet> present(VectorValue vector) {
    Map<Labels, BitSet> present = new HashMap<>();
    for (VectorSeries series : vector.series()) {
      BitSet steps =
          present.computeIfAbsent(
              BinaryOperations.signature(series.labels(), matching), labels -> new BitSet());
      for (int step = 0; step < series.samples().steps(); step++) {
        if (series.samples().has(step)) {
          steps.set(step);
        }
      }
    }
    return present;
  }
}
