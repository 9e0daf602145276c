package io.tracetide.processor.query.promql.syntax;

import java.util.List;
import java.util.Optional;

/** An expression whose parts have the types that they need. */
public sealed interface Expr {

  ValueType type();

  record NumberLiteral(double value) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.SCALAR;
    }
  }

  record StringLiteral(String value) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.STRING;
    }
  }

  /**
   * Selects series.
   *
   * @param matchers of the labels, the name of the metric among them
   * @param offsetMs how far the evaluation looks back; negative looks ahead
   */
  record InstantSelector(List<SeriesMatcher> matchers, long offsetMs) implements Expr {
    public InstantSelector {
      matchers = List.copyOf(matchers);
    }

    @Override
    public ValueType type() {
      return ValueType.VECTOR;
    }
  }

  /**
   * Selects what happened in (t - range, t].
   *
   * @param rangeMs positive
   */
  record RangeSelector(InstantSelector selector, long rangeMs) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.RANGE;
    }
  }

  record Call(PromqlFunction function, List<Expr> arguments) implements Expr {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public ValueType type() {
      return function.returns();
    }
  }

  /**
   * Combines series.
   *
   * @param parameter the number of series that topk and bottomk keep
   */
  record Aggregation(AggregationOp op, Grouping grouping, Optional<Expr> parameter, Expr of)
      implements Expr {
    @Override
    public ValueType type() {
      return ValueType.VECTOR;
    }
  }

  /**
   * An operator between two expressions.
   *
   * @param bool whether a comparison gives 0 or 1, and does not filter
   */
  record Binary(BinaryOp op, Expr left, Expr right, boolean bool, Matching matching)
      implements Expr {
    @Override
    public ValueType type() {
      return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
          ? ValueType.SCALAR
          : ValueType.VECTOR;
    }
  }

  record Negation(Expr of) implements Expr {
    @Override
    public ValueType type() {
      return of.type();
    }
  }
}
