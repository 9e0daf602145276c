package io.tracetide.processor.query.promql.syntax;

/**
 * A string literal of a query, with the escapes of Go; in backquotes there are none.
 *
 * @param end index after the closing quotation mark
 */
record StringLiterals(String value, int end) {
  private static final String ESCAPED = "abfnrtv\\'\"";
  private static final String MEANING = "\u0007\b\f\n\r\t\u000b\\'\"";
  private static final int ASCII = 0x80;

  /** Reads the literal whose opening quotation mark is at this index. */
  static StringLiterals read(String query, int start) {
    char quote = query.charAt(start);
    StringBuilder value = new StringBuilder();
    int at = start + 1;
    while (at < query.length()) {
      char c = query.charAt(at);
      if (c == quote) {
        return new StringLiterals(value.toString(), at + 1);
      }
      if (quote == '`' || (c != '\\' && c != '\n')) {
        value.append(c);
        at++;
      } else if (c == '\n') {
        break;
      } else {
        at = escape(query, at + 1, value);
      }
    }
    throw PromqlException.badData(
        "the string that begins at position %d has no end".formatted(start + 1));
  }

  /** Reads what follows a backslash, and returns the index after it. */
  private static int escape(String query, int at, StringBuilder value) {
    char c = at < query.length() ? query.charAt(at) : 0;
    int simple = c == 0 ? -1 : ESCAPED.indexOf(c);
    if (simple >= 0) {
      value.append(MEANING.charAt(simple));
      return at + 1;
    }
    return switch (c) {
      case 'x' -> code(query, at + 1, 2, 16, ASCII, value);
      case 'u' -> code(query, at + 1, 4, 16, Character.MAX_CODE_POINT, value);
      case 'U' -> code(query, at + 1, 8, 16, Character.MAX_CODE_POINT, value);
      case '0', '1' -> code(query, at, 3, 8, ASCII, value);
      default -> throw unknown(at);
    };
  }

  private static int code(
      String query, int at, int digits, int radix, int below, StringBuilder value) {
    if (at + digits > query.length()) {
      throw unknown(at);
    }
    long code = 0;
    for (int i = at; i < at + digits; i++) {
      int digit = Character.digit(query.charAt(i), radix);
      if (digit < 0) {
        throw unknown(at);
      }
      code = code * radix + digit;
    }
    boolean surrogate = code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
    if (code >= below || surrogate) {
      throw unknown(at);
    }
    value.appendCodePoint((int) code);
    return at + digits;
  }

  private static PromqlException unknown(int at) {
    return PromqlException.badData(
        "unknown escape at position %d: use \\n, \\t, \\\\, \\\", \\xHH below 80 or \\uHHHH"
            .formatted(at));
  }
}
