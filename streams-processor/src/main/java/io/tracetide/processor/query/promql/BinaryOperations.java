package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.Value.ScalarValue;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.query.promql.syntax.BinaryOp;
import io.tracetide.processor.query.promql.syntax.Expr.Binary;
import io.tracetide.processor.query.promql.syntax.Matching;
import java.util.Arrays;

/** Evaluates operators between two values. */
final class BinaryOperations {
  private final QueryRun run;

  BinaryOperations(QueryRun run) {
    this.run = run;
  }

  Value apply(Binary binary, Value left, Value right) {
    if (left instanceof ScalarValue a && right instanceof ScalarValue b) {
      double[] values = new double[a.values().length];
      Arrays.setAll(values, step -> binary.op().apply(a.values()[step], b.values()[step]));
      return new ScalarValue(values);
    }
    if (left instanceof ScalarValue scalar) {
      return withScalar(binary, (VectorValue) right, scalar.values(), true);
    }
    if (right instanceof ScalarValue scalar) {
      return withScalar(binary, (VectorValue) left, scalar.values(), false);
    }
    VectorValue a = (VectorValue) left;
    VectorValue b = (VectorValue) right;
    if (binary.op().isSet()) {
      return new SetOperations(run, binary.matching()).apply(binary.op(), a, b);
    }
    return new MatchedVectors(run, binary).apply(a, b);
  }

  private VectorValue withScalar(
      Binary binary, VectorValue vector, double[] scalar, boolean scalarIsLeft) {
    BinaryOp op = binary.op();
    boolean filters = op.isComparison() && !binary.bool();
    VectorBuilder result = new VectorBuilder(run);
    for (VectorSeries series : vector.series()) {
      Labels labels = filters ? series.labels() : series.labels().withoutName();
      for (int step = 0; step < scalar.length; step++) {
        if (!series.samples().has(step)) {
          continue;
        }
        double value = series.samples().get(step);
        double a = scalarIsLeft ? scalar[step] : value;
        double b = scalarIsLeft ? value : scalar[step];
        if (!filters) {
          result.set(labels, step, op.apply(a, b));
        } else if (op.holds(a, b)) {
          result.set(labels, step, value);
        }
      }
    }
    return result.build();
  }

  /** The labels by which series are matched. */
  static Labels signature(Labels labels, Matching matching) {
    return matching.on()
        ? labels.only(matching.labels())
        : labels.withoutName().without(matching.labels());
  }
}
