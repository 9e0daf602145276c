package io.tracetide.processor.query.promql.syntax;

/**
 * A word of a query.
 *
 * @param text as written; the value of a string
 * @param position index of its first character
 */
record QueryToken(Type type, String text, int position) {
  enum Type {
    IDENTIFIER,
    NUMBER,
    DURATION,
    STRING,
    /** Operators and punctuation, distinguished by their text. */
    SYMBOL,
    END
  }

  boolean is(String symbol) {
    return type == Type.SYMBOL && text.equals(symbol);
  }

  /** Whether it is this keyword; keywords are written in any case. */
  boolean isWord(String keyword) {
    return type == Type.IDENTIFIER && text.equalsIgnoreCase(keyword);
  }

  /** For messages. */
  String shown() {
    return type == Type.END ? "the end of the query" : PromqlException.quoted(text);
  }
}
