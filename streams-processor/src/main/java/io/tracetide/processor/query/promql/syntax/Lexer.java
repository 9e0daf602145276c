package io.tracetide.processor.query.promql.syntax;

import java.util.ArrayList;
import java.util.List;

/** Cuts a query into tokens, in time linear in its length. */
final class Lexer {
  /** Longer symbols first. */
  private static final List<String> SYMBOLS =
      List.of(
          "==", "!=", "=~", "!~", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "%", "^", "(", ")",
          "{", "}", "[", "]", ",", "@");

  private final String query;
  private final List<QueryToken> tokens = new ArrayList<>();
  private int at;
  private boolean inBrackets;

  private Lexer(String query) {
    this.query = query;
  }

  /**
   * The tokens, of which the last is {@link QueryToken.Type#END}.
   *
   * @throws PromqlException if there is a character or a literal that PromQL does not have
   */
  static List<QueryToken> tokens(String query) {
    Lexer lexer = new Lexer(query);
    while (lexer.skipSpace()) {
      lexer.next();
    }
    lexer.add(QueryToken.Type.END, "", query.length());
    return lexer.tokens;
  }

  private boolean skipSpace() {
    while (at < query.length()) {
      char c = query.charAt(at);
      if (c == '#') {
        int line = query.indexOf('\n', at);
        at = line < 0 ? query.length() : line;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        at++;
      } else {
        return true;
      }
    }
    return false;
  }

  private void next() {
    int start = at;
    char c = query.charAt(at);
    if (c == '"' || c == '\'' || c == '`') {
      StringLiterals literal = StringLiterals.read(query, at);
      at = literal.end();
      add(QueryToken.Type.STRING, literal.value(), start);
    } else if (isDigit(c)
        || (c == '.' && at + 1 < query.length() && isDigit(query.charAt(at + 1)))) {
      number();
    } else if (c == ':' && inBrackets) {
      at++;
      add(QueryToken.Type.SYMBOL, ":", start);
    } else if (isNameStart(c)) {
      while (at < query.length() && (isNameStart(query.charAt(at)) || isDigit(query.charAt(at)))) {
        at++;
      }
      add(QueryToken.Type.IDENTIFIER, query.substring(start, at), start);
    } else {
      symbol();
    }
  }

  private void symbol() {
    for (String symbol : SYMBOLS) {
      if (query.startsWith(symbol, at)) {
        inBrackets = symbol.equals("[") || (inBrackets && !symbol.equals("]"));
        add(QueryToken.Type.SYMBOL, symbol, at);
        at += symbol.length();
        return;
      }
    }
    throw PromqlException.badData(
        "unexpected character %s at position %d"
            .formatted(
                PromqlException.quoted(new String(Character.toChars(query.codePointAt(at)))),
                at + 1));
  }

  private void number() {
    int start = at;
    boolean hex = query.startsWith("0x", at) || query.startsWith("0X", at);
    while (at < query.length() && isPartOfNumber(query.charAt(at), hex, start)) {
      at++;
    }
    String text = query.substring(start, at);
    if (Numbers.isNumber(text)) {
      add(QueryToken.Type.NUMBER, text, start);
    } else if (Numbers.isDuration(text)) {
      add(QueryToken.Type.DURATION, text, start);
    } else {
      throw PromqlException.badData(
          "%s at position %d is neither a number nor a duration such as 5m or 1h30m"
              .formatted(PromqlException.quoted(text), start + 1));
    }
  }

  private boolean isPartOfNumber(char c, boolean hex, int start) {
    if (isDigit(c) || isLetter(c) || c == '.' || c == '_') {
      return true;
    }
    boolean sign = (c == '+' || c == '-') && !hex && at > start;
    return sign && Character.toLowerCase(query.charAt(at - 1)) == 'e';
  }

  private void add(QueryToken.Type type, String text, int position) {
    tokens.add(new QueryToken(type, text, position));
  }

  private static boolean isNameStart(char c) {
    return isLetter(c) || c == '_' || c == ':';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
