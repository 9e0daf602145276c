package io.tracetide.processor.query.promql.syntax;

import io.tracetide.processor.query.promql.syntax.Expr.InstantSelector;
import io.tracetide.processor.query.promql.syntax.Expr.RangeSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses selectors: {@code name{label="value"}[5m] offset 1h}. */
final class SelectorParser {
  /** The label that is the name of a metric. */
  static final String NAME = "__name__";

  private final TokenStream tokens;
  private final SyntaxLimits limits;
  private int matchers;

  SelectorParser(TokenStream tokens, SyntaxLimits limits) {
    this.tokens = tokens;
    this.limits = limits;
  }

  Expr parse() {
    int position = tokens.peek().position();
    List<SeriesMatcher> found = new ArrayList<>();
    if (tokens.peek().type() == QueryToken.Type.IDENTIFIER) {
      found.add(matcher(SeriesMatcher.Op.EQUAL, NAME, tokens.next().text()));
    }
    if (tokens.take("{")) {
      braces(found);
    }
    if (found.stream().allMatch(matcher -> matcher.matches(""))) {
      throw PromqlException.badData(
          ("the selector at position %d needs a name, or a matcher that does not match an empty"
                  + " label")
              .formatted(position + 1));
    }
    long rangeMs = tokens.take("[") ? range() : 0;
    InstantSelector selector = new InstantSelector(found, offset());
    if (tokens.peek().is("[")) {
      throw subquery();
    }
    return rangeMs == 0 ? selector : new RangeSelector(selector, rangeMs);
  }

  private void braces(List<SeriesMatcher> found) {
    while (!tokens.take("}")) {
      if (tokens.peek().type() == QueryToken.Type.STRING) {
        throw PromqlException.badData(
            "quoted names in selectors are not supported (position %d): use name{label=\"value\"}"
                .formatted(tokens.peek().position() + 1));
      }
      String label = tokens.label("a label");
      Optional<SeriesMatcher.Op> op = SeriesMatcher.op(tokens.peek());
      if (op.isEmpty()) {
        throw tokens.unexpected("one of =, !=, =~, !~");
      }
      tokens.next();
      QueryToken value = tokens.expect(QueryToken.Type.STRING, "a string in quotation marks");
      if (label.equals(NAME) && found.stream().anyMatch(m -> m.toString().startsWith(NAME + "="))) {
        throw PromqlException.badData("the selector has two names of metrics");
      }
      found.add(matcher(op.get(), label, value.text()));
      if (!tokens.take(",")) {
        tokens.expect("}", "after the matchers");
        break;
      }
    }
  }

  private SeriesMatcher matcher(SeriesMatcher.Op op, String label, String value) {
    if (++matchers > limits.matchers()) {
      throw PromqlException.badData(
          "the query has more than %d matchers: use fewer".formatted(limits.matchers()));
    }
    return SeriesMatcher.of(op, label, value, limits);
  }

  private long range() {
    long rangeMs = duration("a range such as 5m");
    if (rangeMs <= 0) {
      throw PromqlException.badData("a range must be longer than 0");
    }
    if (tokens.peek().is(":")) {
      throw subquery();
    }
    tokens.expect("]", "after the range");
    return rangeMs;
  }

  private long offset() {
    long offsetMs = 0;
    if (tokens.takeWord("offset")) {
      boolean ahead = tokens.take("-");
      offsetMs = duration("an offset such as 1h");
      offsetMs = ahead ? -offsetMs : offsetMs;
    }
    if (tokens.peek().is("@")) {
      throw PromqlException.badData(
          "the modifier @ is not supported: use offset, or the parameter time of the request");
    }
    return offsetMs;
  }

  private long duration(String expected) {
    return Numbers.durationMs(tokens.expect(QueryToken.Type.DURATION, expected).text());
  }

  static PromqlException subquery() {
    return PromqlException.badData(
        "subqueries and ranges of expressions are not supported: a range such as [5m] follows a"
            + " selector directly");
  }
}
