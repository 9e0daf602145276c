package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.Value.Histograms;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.query.promql.syntax.AggregationOp;
import io.tracetide.processor.query.promql.syntax.Expr.Aggregation;
import io.tracetide.processor.query.promql.syntax.Grouping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Combines the series of groups. */
final class Aggregations {
  private final QueryRun run;

  Aggregations(QueryRun run) {
    this.run = run;
  }

  /** The labels of a group. */
  static Labels group(Labels labels, Grouping grouping) {
    return grouping.without()
        ? labels.withoutName().without(grouping.labels())
        : labels.only(grouping.labels());
  }

  private static Map<Labels, List<VectorSeries>> groups(VectorValue of, Grouping grouping) {
    Map<Labels, List<VectorSeries>> groups = new LinkedHashMap<>();
    for (VectorSeries series : of.series()) {
      groups
          .computeIfAbsent(group(series.labels(), grouping), labels -> new ArrayList<>())
          .add(series);
    }
    return groups;
  }

  /** Sums distributions. */
  Histograms sum(Histograms of, Grouping grouping) {
    Map<Labels, Histogram> groups = new LinkedHashMap<>();
    for (Histogram histogram : of.series()) {
      Labels group = group(histogram.labels(), grouping);
      groups.merge(group, histogram.with(group), Histogram::plus);
    }
    return new Histograms(new ArrayList<>(groups.values()), of.scale());
  }

  VectorValue aggregate(Aggregation aggregation, VectorValue of) {
    VectorBuilder result = new VectorBuilder(run);
    groups(of, aggregation.grouping())
        .forEach(
            (labels, members) -> {
              StepValues samples = result.samples(labels);
              for (int step = 0; step < samples.steps(); step++) {
                combine(aggregation.op(), members, step, samples);
              }
            });
    return result.build();
  }

  private static void combine(
      AggregationOp op, List<VectorSeries> members, int step, StepValues result) {
    int count = 0;
    double value = 0;
    for (VectorSeries member : members) {
      if (!member.samples().has(step)) {
        continue;
      }
      double sample = member.samples().get(step);
      value =
          count++ == 0
              ? sample
              : switch (op) {
                case MIN -> value > sample || Double.isNaN(value) ? sample : value;
                case MAX -> value < sample || Double.isNaN(value) ? sample : value;
                default -> value + sample;
              };
    }
    if (count > 0) {
      result.set(
          step,
          switch (op) {
            case COUNT -> count;
            case AVG -> value / count;
            default -> value;
          });
    }
  }

  /**
   * The largest or smallest series of each group at each step; they keep their labels.
   *
   * @param numbers how many to keep, by step
   */
  VectorValue select(Aggregation aggregation, double[] numbers, VectorValue of) {
    boolean largest = aggregation.op() == AggregationOp.TOPK;
    VectorBuilder result = new VectorBuilder(run);
    for (List<VectorSeries> members : groups(of, aggregation.grouping()).values()) {
      for (int step = 0; step < numbers.length; step++) {
        run.checkTime();
        // NaN is in neither direction a better value than a number.
        Comparator<VectorSeries> order = byValue(step, largest);
        int at = step;
        members.stream()
            .filter(member -> member.samples().has(at))
            .sorted(order)
            .limit(Math.max(0, (long) numbers[step]))
            .forEach(member -> result.set(member.labels(), at, member.samples().get(at)));
      }
    }
    return result.build();
  }

  /** Orders series by their value at a step, NaN last. */
  static Comparator<VectorSeries> byValue(int step, boolean descending) {
    return (a, b) -> {
      double left = a.samples().get(step);
      double right = b.samples().get(step);
      if (Double.isNaN(left) || Double.isNaN(right)) {
        return Boolean.compare(Double.isNaN(left), Double.isNaN(right));
      }
      return descending ? Double.compare(right, left) : Double.compare(left, right);
    };
  }
}
