package io.tracetide.processor.query.promql.syntax;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The tokens of a query, read once from left to right. */
final class TokenStream {
  private final List<QueryToken> tokens;
  private int at;

  TokenStream(List<QueryToken> tokens) {
    this.tokens = tokens;
  }

  QueryToken peek() {
    return tokens.get(at);
  }

  /** The token after the next one; the last token repeats. */
  QueryToken second() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  QueryToken next() {
    QueryToken token = tokens.get(at);
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean take(String symbol) {
    boolean found = peek().is(symbol);
    if (found) {
      next();
    }
    return found;
  }

  boolean takeWord(String keyword) {
    boolean found = peek().isWord(keyword);
    if (found) {
      next();
    }
    return found;
  }

  void expect(String symbol, String context) {
    if (!take(symbol)) {
      throw unexpected("'" + symbol + "' " + context);
    }
  }

  QueryToken expect(QueryToken.Type type, String expected) {
    if (peek().type() != type) {
      throw unexpected(expected);
    }
    return next();
  }

  /** A list of labels in parentheses. */
  Set<String> labels(String context) {
    Set<String> labels = new LinkedHashSet<>();
    expect("(", "before the labels of " + context);
    while (!take(")")) {
      labels.add(label("a label in the list of " + context));
      if (!take(",")) {
        expect(")", "after the labels of " + context);
        break;
      }
    }
    return labels;
  }

  String label(String expected) {
    QueryToken token = expect(QueryToken.Type.IDENTIFIER, expected);
    if (!SeriesMatcher.isLabel(token.text())) {
      throw PromqlException.badData(
          "%s at position %d is not the name of a label"
              .formatted(token.shown(), token.position() + 1));
    }
    return token.text();
  }

  PromqlException unexpected(String expected) {
    return PromqlException.badData(
        "unexpected %s at position %d: expected %s"
            .formatted(peek().shown(), peek().position() + 1, expected));
  }
}
