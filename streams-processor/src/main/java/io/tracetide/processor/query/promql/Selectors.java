package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.Value.Histograms;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.QueryMetric;
import io.tracetide.processor.query.promql.syntax.Expr.InstantSelector;
import io.tracetide.processor.query.promql.syntax.Expr.RangeSelector;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Evaluates selectors. */
final class Selectors {
  private final QueryRun run;
  private final ClassicBuckets buckets;

  Selectors(QueryRun run, ClassicBuckets buckets) {
    this.run = run;
    this.buckets = buckets;
  }

  /** The value of a selector without a range. */
  Value instant(InstantSelector selector) {
    return each(
        selector,
        (metric, matchers) ->
            switch (metric.kind()) {
              case GAUGE ->
                  new VectorValue(
                      run.source()
                          .gauge(metric, matchers, run.steps(), selector.offsetMs(), run::warn));
              case COUNTER ->
                  new TotalEvaluator(run, selector.offsetMs()).counter(metric, matchers);
              case BUCKET ->
                  new TotalEvaluator(run, selector.offsetMs()).histograms(metric, matchers);
            });
  }

  /**
   * A function of a range.
   *
   * @param target labels of the result; series with the same ones are added
   */
  Value range(RangeFunction function, RangeSelector range, UnaryOperator<Labels> target) {
    InstantSelector selector = range.selector();
    for (QueryMetric metric : metrics(selector)) {
      if (metric.kind() == QueryMetric.Kind.GAUGE) {
        throw PromqlException.badData(
            "rate, increase and irate need a counter, and %s is a gauge".formatted(metric.name()));
      }
    }
    RangeEvaluator evaluator =
        new RangeEvaluator(run, function, range.rangeMs(), selector.offsetMs());
    return each(
        selector,
        (metric, matchers) ->
            metric.kind() == QueryMetric.Kind.BUCKET
                ? evaluator.histograms(metric, matchers, target)
                : evaluator.counter(metric, matchers, target));
  }

  private interface Reading {
    Value of(QueryMetric metric, List<SeriesMatcher> matchers);
  }

  private Value each(InstantSelector selector, Reading reading) {
    List<SeriesMatcher> ofBuckets = new ArrayList<>();
    List<SeriesMatcher> others = new ArrayList<>();
    for (SeriesMatcher matcher : selector.matchers()) {
      if (matcher.label().equals(Labels.LE)) {
        ofBuckets.add(matcher);
      } else if (!matcher.label().equals(Labels.NAME)) {
        others.add(matcher);
      }
    }
    List<QueryMetric> metrics = metrics(selector);
    VectorBuilder result = new VectorBuilder(run);
    for (QueryMetric metric : metrics) {
      boolean isBucket = metric.kind() == QueryMetric.Kind.BUCKET;
      if (!isBucket && !ofBuckets.stream().allMatch(matcher -> matcher.matches(""))) {
        continue;
      }
      Value value = reading.of(metric, others);
      if (metrics.size() == 1 && ofBuckets.isEmpty()) {
        return value;
      }
      VectorValue vector =
          value instanceof Histograms histograms
              ? buckets.of(histograms, ofBuckets)
              : (VectorValue) value;
      vector.series().forEach(s -> result.map(s, s.labels(), (step, sample) -> sample));
    }
    return result.build();
  }

  private List<QueryMetric> metrics(InstantSelector selector) {
    List<SeriesMatcher> names =
        selector.matchers().stream().filter(m -> m.label().equals(Labels.NAME)).toList();
    List<QueryMetric> found =
        run.source().metrics().stream()
            .filter(metric -> names.stream().allMatch(m -> m.matches(metric.name())))
            .toList();
    if (found.isEmpty()) {
      run.warn(
          "no metric matches %s; the metrics are %s"
              .formatted(
                  names.stream().map(SeriesMatcher::toString).collect(Collectors.joining(",")),
                  run.source().metrics().stream()
                      .map(QueryMetric::name)
                      .collect(Collectors.joining(", "))));
    }
    return found;
  }

  /** A function of labels that also removes the name of the metric. */
  static UnaryOperator<Labels> nameless(Function<Labels, Labels> then) {
    return labels -> then.apply(labels.withoutName());
  }
}
