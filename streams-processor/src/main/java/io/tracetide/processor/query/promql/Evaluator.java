package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.Value.Histograms;
import io.tracetide.processor.query.promql.Value.ScalarValue;
import io.tracetide.processor.query.promql.Value.StringValue;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.QueryMetric;
import io.tracetide.processor.query.promql.source.SeriesSource;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.syntax.AggregationOp;
import io.tracetide.processor.query.promql.syntax.Expr;
import io.tracetide.processor.query.promql.syntax.Expr.Aggregation;
import io.tracetide.processor.query.promql.syntax.Expr.Binary;
import io.tracetide.processor.query.promql.syntax.Expr.Call;
import io.tracetide.processor.query.promql.syntax.Expr.InstantSelector;
import io.tracetide.processor.query.promql.syntax.Expr.Negation;
import io.tracetide.processor.query.promql.syntax.Expr.NumberLiteral;
import io.tracetide.processor.query.promql.syntax.Expr.RangeSelector;
import io.tracetide.processor.query.promql.syntax.Expr.StringLiteral;
import io.tracetide.processor.query.promql.syntax.Grouping;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.promql.syntax.SyntaxLimits;
import io.tracetide.processor.query.promql.syntax.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Evaluates an expression at all steps at once, from the selectors up. Distributions of a bucket
 * metric stay whole through rate, increase, sum by le, and label_replace, so that
 * histogram_quantile reads merged sketches; everything else gets their buckets.
 */
public final class Evaluator {
  private final QueryRun run;
  private final ClassicBuckets buckets;
  private final Selectors selectors;
  private final Aggregations aggregations;
  private final BinaryOperations operations;
  private final Functions functions;
  private final LabelReplacement replacement;
  private final Quantiles quantiles;

  private Evaluator(QueryRun run, SyntaxLimits syntax) {
    this.run = run;
    this.buckets = new ClassicBuckets(run);
    this.selectors = new Selectors(run, buckets);
    this.aggregations = new Aggregations(run);
    this.operations = new BinaryOperations(run);
    this.functions = new Functions(run);
    this.replacement = new LabelReplacement(run, syntax);
    this.quantiles = new Quantiles(run);
  }

  /**
   * Evaluates a query.
   *
   * @param budget is run now and then, and throws when the time of the query is over
   * @throws PromqlException when the query cannot be evaluated
   */
  public static QueryOutcome evaluate(
      Expr query,
      Steps steps,
      SeriesSource source,
      SyntaxLimits syntax,
      EvaluationLimits limits,
      Runnable budget) {
    if (query.type() == ValueType.RANGE) {
      throw PromqlException.badData(
          "a range vector has to be the argument of rate, increase or irate");
    }
    if (steps.count() > limits.steps()) {
      throw PromqlException.badData(
          "the query has more than %d steps: use a longer step".formatted(limits.steps()));
    }
    QueryRun run = new QueryRun(source, steps, limits, budget);
    Evaluator evaluator = new Evaluator(run, syntax);
    Value value = evaluator.value(query);
    Value shown = value instanceof Histograms histograms ? evaluator.buckets.of(histograms) : value;
    return new QueryOutcome(shown, isOrdered(query), List.copyOf(run.warnings()));
  }

  private static boolean isOrdered(Expr query) {
    if (query instanceof Aggregation aggregation) {
      return aggregation.op().selects();
    }
    return query instanceof Call call
        && switch (call.function()) {
          case SORT, SORT_DESC -> true;
          default -> false;
        };
  }

  private Value value(Expr expr) {
    run.checkTime();
    if (expr instanceof NumberLiteral number) {
      double[] values = new double[run.steps().count()];
      Arrays.fill(values, number.value());
      return new ScalarValue(values);
    }
    if (expr instanceof StringLiteral text) {
      return new StringValue(text.value());
    }
    if (expr instanceof InstantSelector selector) {
      return selectors.instant(selector);
    }
    if (expr instanceof Negation negation) {
      return negated(negation);
    }
    if (expr instanceof Aggregation aggregation) {
      return aggregation(aggregation);
    }
    if (expr instanceof Binary binary) {
      return operations.apply(binary, numbers(binary.left()), numbers(binary.right()));
    }
    if (expr instanceof Call call) {
      return call(call);
    }
    throw new IllegalStateException("a range is only an argument");
  }

  /** A value without distributions. */
  private Value numbers(Expr expr) {
    Value value = value(expr);
    return value instanceof Histograms histograms ? buckets.of(histograms) : value;
  }

  private VectorValue vector(Expr expr) {
    return (VectorValue) numbers(expr);
  }

  private double[] scalar(Expr expr) {
    return ((ScalarValue) value(expr)).values();
  }

  private static String text(Expr expr) {
    return ((StringLiteral) expr).value();
  }

  private Value negated(Negation negation) {
    if (negation.type() == ValueType.SCALAR) {
      return new ScalarValue(Arrays.stream(scalar(negation.of())).map(value -> -value).toArray());
    }
    VectorBuilder result = new VectorBuilder(run);
    vector(negation.of())
        .series()
        .forEach(s -> result.map(s, s.labels().withoutName(), (step, value) -> -value));
    return result.build();
  }

  private Value aggregation(Aggregation aggregation) {
    boolean sums = aggregation.op() == AggregationOp.SUM;
    Grouping grouping = aggregation.grouping();
    if (aggregation.op().selects()) {
      return aggregations.select(
          aggregation, scalar(aggregation.parameter().orElseThrow()), vector(aggregation.of()));
    }
    if (sums && aggregation.of() instanceof Call call && isRange(call) && named(call, grouping)) {
      // Windows of a group are added as they are read, which saves most of the memory.
      return selectors.range(
          RangeFunction.of(call.function()),
          (RangeSelector) call.arguments().get(0),
          Selectors.nameless(labels -> Aggregations.group(labels, grouping)));
    }
    Value of = value(aggregation.of());
    if (of instanceof Histograms histograms) {
      return sums && grouping.keeps(Labels.LE)
          ? aggregations.sum(histograms, grouping)
          : aggregations.aggregate(aggregation, buckets.of(histograms));
    }
    return aggregations.aggregate(aggregation, (VectorValue) of);
  }

  /**
   * Whether the selector has one metric by its name, and no bucket whose bound the group loses: the
   * distributions of several series are added only where their bounds stay apart.
   */
  private boolean named(Call call, Grouping grouping) {
    RangeSelector range = (RangeSelector) call.arguments().get(0);
    List<QueryMetric> metrics =
        run.source().metrics().stream()
            .filter(
                metric ->
                    range.selector().matchers().stream()
                        .filter(matcher -> matcher.label().equals(Labels.NAME))
                        .allMatch(matcher -> matcher.matches(metric.name())))
            .toList();
    return metrics.size() == 1
        && (metrics.get(0).kind() != QueryMetric.Kind.BUCKET || grouping.keeps(Labels.LE));
  }

  private static boolean isRange(Call call) {
    return call.arguments().size() == 1 && call.arguments().get(0).type() == ValueType.RANGE;
  }

  private Value call(Call call) {
    List<Expr> arguments = call.arguments();
    return switch (call.function()) {
      case RATE, INCREASE, IRATE ->
          selectors.range(
              RangeFunction.of(call.function()),
              (RangeSelector) arguments.get(0),
              Selectors.nameless(UnaryOperator.identity()));
      case HISTOGRAM_QUANTILE -> quantiles.of(scalar(arguments.get(0)), value(arguments.get(1)));
      case LABEL_REPLACE ->
          replacement.apply(
              replacesBound(arguments) ? numbers(arguments.get(0)) : value(arguments.get(0)),
              text(arguments.get(1)),
              text(arguments.get(2)),
              text(arguments.get(3)),
              text(arguments.get(4)));
      case CLAMP_MIN, CLAMP_MAX ->
          functions.clamped(call.function(), vector(arguments.get(0)), scalar(arguments.get(1)));
      case VECTOR_OF -> functions.vector(scalar(arguments.get(0)));
      case SCALAR_OF -> functions.scalar(vector(arguments.get(0)));
      case TIME -> functions.time();
      case ABSENT -> functions.absent(arguments.get(0), vector(arguments.get(0)));
      case SORT, SORT_DESC -> functions.sorted(call.function(), vector(arguments.get(0)));
      case ABS, CEIL, FLOOR -> functions.simple(call.function(), vector(arguments.get(0)));
    };
  }

  private static boolean replacesBound(List<Expr> arguments) {
    return text(arguments.get(1)).equals(Labels.LE) || text(arguments.get(3)).equals(Labels.LE);
  }
}
