package io.tracetide.processor.query.promql.syntax;

/** Types of expressions. */
public enum ValueType {
  SCALAR("scalar"),
  VECTOR("instant vector"),
  RANGE("range vector"),
  STRING("string");

  private final String label;

  ValueType(String label) {
    this.label = label;
  }

  /** As Prometheus names it in messages. */
  public String label() {
    return label;
  }
}
