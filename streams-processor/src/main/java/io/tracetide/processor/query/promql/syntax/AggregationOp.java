package io.tracetide.processor.query.promql.syntax;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Operators that combine the series of a group. */
public enum AggregationOp {
  SUM,
  AVG,
  MIN,
  MAX,
  COUNT,
  TOPK,
  BOTTOMK;

  /** Whether the first argument is the number of series to keep. */
  public boolean selects() {
    return this == TOPK || this == BOTTOMK;
  }

  static Optional<AggregationOp> of(String word) {
    return Arrays.stream(values()).filter(op -> op.name().equalsIgnoreCase(word)).findFirst();
  }

  /** The keyword. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String supported() {
    return Arrays.stream(values()).map(AggregationOp::word).collect(Collectors.joining(", "));
  }
}
