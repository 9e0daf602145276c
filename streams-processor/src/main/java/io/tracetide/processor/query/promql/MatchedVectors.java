package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.query.promql.syntax.BinaryOp;
import io.tracetide.processor.query.promql.syntax.Expr.Binary;
import io.tracetide.processor.query.promql.syntax.Matching;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Evaluates arithmetic and comparisons between the matching series of two vectors. */
final class MatchedVectors {
  private final QueryRun run;
  private final BinaryOp op;
  private final boolean filters;
  private final Matching matching;

  MatchedVectors(QueryRun run, Binary binary) {
    this.run = run;
    this.op = binary.op();
    this.filters = binary.op().isComparison() && !binary.bool();
    this.matching = binary.matching();
  }

  VectorValue apply(VectorValue left, VectorValue right) {
    boolean swapped = matching.many() == Matching.Many.RIGHT;
    Map<Labels, List<VectorSeries>> ones = ones(swapped ? left : right, swapped);
    Map<Labels, Set<Integer>> used = new HashMap<>();
    VectorBuilder result = new VectorBuilder(run);
    for (VectorSeries many : (swapped ? right : left).series()) {
      Labels signature = BinaryOperations.signature(many.labels(), matching);
      List<VectorSeries> candidates = ones.getOrDefault(signature, List.of());
      if (!candidates.isEmpty()) {
        Set<Integer> taken = used.computeIfAbsent(signature, labels -> new HashSet<>());
        combine(many, candidates, swapped, taken, result);
      }
    }
    return result.build();
  }

  /** The series of the side that has at most one for each signature. */
  private Map<Labels, List<VectorSeries>> ones(VectorValue side, boolean isLeft) {
    Map<Labels, List<VectorSeries>> ones = new HashMap<>();
    for (VectorSeries series : side.series()) {
      Labels signature = BinaryOperations.signature(series.labels(), matching);
      List<VectorSeries> same = ones.computeIfAbsent(signature, labels -> new ArrayList<>());
      if (same.stream().anyMatch(other -> other.samples().overlaps(series.samples()))) {
        throw PromqlException.execution(
            "several series on the %s side match %s: aggregate them, or match on more labels"
                .formatted(isLeft ? "left" : "right", signature));
      }
      same.add(series);
    }
    return ones;
  }

  private void combine(
      VectorSeries many,
      List<VectorSeries> candidates,
      boolean swapped,
      Set<Integer> taken,
      VectorBuilder result) {
    for (int step = 0; step < many.samples().steps(); step++) {
      VectorSeries one = many.samples().has(step) ? at(candidates, step) : null;
      if (one == null) {
        continue;
      }
      double ofMany = many.samples().get(step);
      double ofOne = one.samples().get(step);
      double left = swapped ? ofOne : ofMany;
      double right = swapped ? ofMany : ofOne;
      if (filters && !op.holds(left, right)) {
        continue;
      }
      if (matching.many() == Matching.Many.NEITHER && !taken.add(step)) {
        throw PromqlException.execution(
            ("several series on the left side match %s: aggregate them, match on more labels, or"
                    + " use group_left")
                .formatted(BinaryOperations.signature(many.labels(), matching)));
      }
      result.set(labels(many, one), step, filters ? left : op.apply(left, right));
    }
  }

  private static @Nullable VectorSeries at(List<VectorSeries> candidates, int step) {
    for (VectorSeries candidate : candidates) {
      if (candidate.samples().has(step)) {
        return candidate;
      }
    }
    return null;
  }

  private Labels labels(VectorSeries many, VectorSeries one) {
    Labels labels = filters ? many.labels() : many.labels().withoutName();
    if (matching.many() == Matching.Many.NEITHER) {
      return matching.on() ? labels.only(matching.labels()) : labels.without(matching.labels());
    }
    for (String include : matching.include()) {
      labels = labels.with(include, one.labels().get(include));
    }
    return labels;
  }
}
