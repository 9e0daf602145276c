package io.tracetide.processor.query.promql.syntax;

/**
 * Bounds of the text of a query.
 *
 * @param length characters
 * @param nesting parentheses, function calls and unary signs within each other
 * @param nodes expressions in the query
 * @param matchers of all selectors
 * @param regexLength characters of a regular expression
 * @param regexProgram instructions of a regular expression
 */
public record SyntaxLimits(
    int length, int nesting, int nodes, int matchers, int regexLength, int regexProgram) {
  public static SyntaxLimits defaults() {
    return new SyntaxLimits(10_000, 50, 300, 100, 1_000, 2_000);
  }
}
