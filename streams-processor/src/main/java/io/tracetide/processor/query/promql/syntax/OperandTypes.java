package io.tracetide.processor.query.promql.syntax;

import io.tracetide.processor.query.promql.syntax.Expr.Binary;

/** The types that the sides of an operator may have. */
final class OperandTypes {
  private OperandTypes() {}

  /**
   * The operator, whose sides have accepted types.
   *
   * @param matched whether the query says how vectors are matched
   */
  static Binary checked(Binary binary, boolean matched) {
    String symbol = binary.op().symbol();
    boolean vectors = isVector(binary.left()) && isVector(binary.right());
    requireNumbers(binary.left(), symbol);
    requireNumbers(binary.right(), symbol);
    if (binary.op().isSet() && !vectors) {
      throw PromqlException.badData("'%s' needs an instant vector on both sides".formatted(symbol));
    }
    if (matched && !vectors) {
      throw PromqlException.badData("on and ignoring need an instant vector on both sides");
    }
    if (binary.op().isComparison() && binary.type() == ValueType.SCALAR && !binary.bool()) {
      throw PromqlException.badData(
          "a comparison of two scalars needs 'bool': %s bool".formatted(symbol));
    }
    return binary;
  }

  private static boolean isVector(Expr expr) {
    return expr.type() == ValueType.VECTOR;
  }

  private static void requireNumbers(Expr side, String symbol) {
    if (side.type() != ValueType.SCALAR && side.type() != ValueType.VECTOR) {
      throw PromqlException.badData(
          "'%s' needs a scalar or an instant vector on each side, and not a %s"
              .formatted(symbol, side.type().label()));
    }
  }
}
