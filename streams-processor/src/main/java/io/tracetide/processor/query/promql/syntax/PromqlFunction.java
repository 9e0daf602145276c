package io.tracetide.processor.query.promql.syntax;

import static io.tracetide.processor.query.promql.syntax.ValueType.RANGE;
import static io.tracetide.processor.query.promql.syntax.ValueType.SCALAR;
import static io.tracetide.processor.query.promql.syntax.ValueType.STRING;
import static io.tracetide.processor.query.promql.syntax.ValueType.VECTOR;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The supported functions. */
public enum PromqlFunction {
  RATE(VECTOR, RANGE),
  INCREASE(VECTOR, RANGE),
  IRATE(VECTOR, RANGE),
  HISTOGRAM_QUANTILE(VECTOR, SCALAR, VECTOR),
  LABEL_REPLACE(VECTOR, VECTOR, STRING, STRING, STRING, STRING),
  ABS(VECTOR, VECTOR),
  CEIL(VECTOR, VECTOR),
  FLOOR(VECTOR, VECTOR),
  CLAMP_MIN(VECTOR, VECTOR, SCALAR),
  CLAMP_MAX(VECTOR, VECTOR, SCALAR),
  SORT(VECTOR, VECTOR),
  SORT_DESC(VECTOR, VECTOR),
  ABSENT(VECTOR, VECTOR),
  SCALAR_OF("scalar", SCALAR, VECTOR),
  VECTOR_OF("vector", VECTOR, SCALAR),
  TIME(SCALAR);

  private final String word;
  private final ValueType returns;

  /** Cannot be changed. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<ValueType> takes;

  PromqlFunction(ValueType returns, ValueType... takes) {
    this.word = name().toLowerCase(Locale.ROOT);
    this.returns = returns;
    this.takes = List.of(takes);
  }

  PromqlFunction(String word, ValueType returns, ValueType... takes) {
    this.word = word;
    this.returns = returns;
    this.takes = List.of(takes);
  }

  /** The name in queries. */
  public String word() {
    return word;
  }

  public ValueType returns() {
    return returns;
  }

  List<ValueType> takes() {
    return takes;
  }

  static Optional<PromqlFunction> of(String word) {
    return Arrays.stream(values()).filter(function -> function.word.equals(word)).findFirst();
  }

  static String supported() {
    return Arrays.stream(values()).map(PromqlFunction::word).collect(Collectors.joining(", "));
  }
}
