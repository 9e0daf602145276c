package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.Value.ScalarValue;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.query.promql.syntax.Expr;
import io.tracetide.processor.query.promql.syntax.Expr.InstantSelector;
import io.tracetide.processor.query.promql.syntax.PromqlFunction;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Functions of values, which know nothing of windows. */
final class Functions {
  private static final double MILLIS_PER_SECOND = 1_000;

  private final QueryRun run;

  Functions(QueryRun run) {
    this.run = run;
  }

  VectorValue simple(PromqlFunction function, VectorValue of) {
    DoubleUnaryOperator operator =
        switch (function) {
          case ABS -> Math::abs;
          case CEIL -> Math::ceil;
          case FLOOR -> Math::floor;
          default -> throw new IllegalArgumentException(function.word());
        };
    return mapped(of, (step, value) -> operator.applyAsDouble(value));
  }

  VectorValue clamped(PromqlFunction function, VectorValue of, double[] bounds) {
    DoubleBinaryOperator operator = function == PromqlFunction.CLAMP_MIN ? Math::max : Math::min;
    return mapped(of, (step, value) -> operator.applyAsDouble(value, bounds[step]));
  }

  private VectorValue mapped(VectorValue of, VectorBuilder.StepFunction function) {
    VectorBuilder result = new VectorBuilder(run);
    of.series().forEach(s -> result.map(s, s.labels().withoutName(), function));
    return result.build();
  }

  VectorValue vector(double[] values) {
    StepValues samples = run.newSamples();
    for (int step = 0; step < values.length; step++) {
      samples.set(step, values[step]);
    }
    return new VectorValue(List.of(new VectorSeries(Labels.NONE, samples)));
  }

  /** The value of the only series; NaN when there are several or none. */
  ScalarValue scalar(VectorValue of) {
    double[] values = new double[run.steps().count()];
    Arrays.fill(values, Double.NaN);
    for (int step = 0; step < values.length; step++) {
      int found = 0;
      for (VectorSeries series : of.series()) {
        if (series.samples().has(step)) {
          found++;
          values[step] = series.samples().get(step);
        }
      }
      values[step] = found == 1 ? values[step] : Double.NaN;
    }
    return new ScalarValue(values);
  }

  ScalarValue time() {
    double[] values = new double[run.steps().count()];
    Arrays.setAll(values, step -> run.steps().timeMs(step) / MILLIS_PER_SECOND);
    return new ScalarValue(values);
  }

  /** 1 at each step without a value, with the labels that a selector requires. */
  VectorValue absent(Expr argument, VectorValue of) {
    StepValues samples = run.newSamples();
    for (int step = 0; step < samples.steps(); step++) {
      int at = step;
      if (of.series().stream().noneMatch(series -> series.samples().has(at))) {
        samples.set(step, 1);
      }
    }
    return samples.size() == 0
        ? new VectorValue(List.of())
        : new VectorValue(List.of(new VectorSeries(required(argument), samples)));
  }

  private static Labels required(Expr argument) {
    Map<String, String> labels = new TreeMap<>();
    Set<String> ambiguous = new HashSet<>(Set.of(Labels.NAME));
    if (argument instanceof InstantSelector selector) {
      for (SeriesMatcher matcher : selector.matchers()) {
        boolean known = labels.containsKey(matcher.label());
        if (matcher.equalTo().isEmpty() || known) {
          ambiguous.add(matcher.label());
        } else {
          labels.put(matcher.label(), matcher.equalTo().get());
        }
      }
    }
    labels.keySet().removeAll(ambiguous);
    return Labels.of(labels);
  }

  /** Sorted by value; a range query is not sorted. */
  VectorValue sorted(PromqlFunction function, VectorValue of) {
    if (!run.steps().isInstant()) {
      return of;
    }
    List<VectorSeries> series = new ArrayList<>(of.series());
    series.sort(Aggregations.byValue(0, function == PromqlFunction.SORT_DESC));
    return new VectorValue(series);
  }
}
