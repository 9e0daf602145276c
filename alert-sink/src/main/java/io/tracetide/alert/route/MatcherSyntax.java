package io.tracetide.alert.route;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Alertmanager's two syntaxes of matchers. In the classic one, the label is a Prometheus label name
 * and the value any text, optionally in quotes; a backslash that escapes nothing is a backslash. In
 * that of UTF-8, since Alertmanager 0.27, label and value are any text in quotes, with the escapes
 * of Go, or a word without reserved characters.
 */
final class MatcherSyntax {
  private static final Pattern CLASSIC =
      Pattern.compile("\\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(=~|=|!=|!~)\\s*(.*)", Pattern.DOTALL);
  private static final Pattern TRAILING_SPACE = Pattern.compile("[ \\t\\n\\f\\r]+\\z");

  private static final String RESERVED = "{}!=~,\\\"'`";
  private static final String EXPECTED =
      "expected label=value, label!=value, label=~regex or label!~regex";

  private MatcherSyntax() {}

  /** The parts of a matcher. */
  record Parts(String label, boolean equal, boolean regex, String value) {
    static Parts of(String label, String operator, String value) {
      return new Parts(label, operator.startsWith("="), operator.endsWith("~"), value);
    }
  }

  /** One matcher in the classic syntax. */
  static Parts classic(String text) {
    Matcher syntax = CLASSIC.matcher(text);
    if (!syntax.matches()) {
      throw new IllegalArgumentException(EXPECTED);
    }
    String raw = TRAILING_SPACE.matcher(syntax.group(3)).replaceFirst("");
    return Parts.of(syntax.group(1), syntax.group(2), classicValue(raw));
  }

  /** Quotes are optional; {@code \"}, {@code \\} and {@code \n} are escapes. */
  private static String classicValue(String value) {
    boolean quoted = value.startsWith("\"");
    StringBuilder plain = new StringBuilder();
    for (int i = quoted ? 1 : 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        i++;
        char escaped = value.charAt(i);
        switch (escaped) {
          case 'n' -> plain.append('\n');
          case '"', '\\' -> plain.append(escaped);
          default -> plain.append(c).append(escaped);
        }
      } else if (c == '"') {
        if (!quoted || i < value.length() - 1) {
          throw new IllegalArgumentException("expected \\ before a \" in the value");
        }
        return plain.toString();
      } else {
        plain.append(c);
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("expected a \" at the end of the value");
    }
    return plain.toString();
  }

  /** The matchers of a list in the classic syntax, each as its text. */
  static List<String> split(String text) {
    String list = text.startsWith("{") ? text.substring(1) : text;
    list = list.endsWith("}") ? list.substring(0, list.length() - 1) : list;
    List<String> matchers = new ArrayList<>();
    StringBuilder matcher = new StringBuilder();
    boolean quoted = false;
    boolean escaped = false;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == ',' && !quoted) {
        matchers.add(matcher.toString());
        matcher.setLength(0);
        continue;
      }
      if (c == '"') {
        quoted = escaped == quoted;
      }
      escaped = c == '\\' ? !escaped : c == ',' && escaped;
      matcher.append(c);
    }
    if (!matcher.toString().isBlank()) {
      matchers.add(matcher.toString().strip());
    }
    return matchers;
  }

  /** One matcher without braces in the syntax of UTF-8. */
  static Parts utf8Single(String text) {
    List<Parts> matchers =
        text.startsWith("{") || text.endsWith("}") ? List.of() : new Utf8(text).matchers();
    if (matchers.size() != 1) {
      throw new IllegalArgumentException("expected one matcher without braces");
    }
    return matchers.get(0);
  }

  /** The matchers of a list in the syntax of UTF-8. */
  static List<Parts> utf8(String text) {
    return new Utf8(text).matchers();
  }

  /** The canonical form of a matcher. The label is in quotes where the classic syntax has none. */
  static String print(String label, String operator, String value) {
    return label.codePoints().anyMatch(MatcherSyntax::isReserved)
        ? quote(label) + operator + quote(value)
        : label
            + operator
            + '"'
            + value.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"")
            + '"';
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              int escape = "\u0007\b\f\n\r\t\u000B\"\\".indexOf(c);
              if (escape >= 0) {
                quoted.append('\\').append("abfnrtv\"\\".charAt(escape));
              } else if (Character.isISOControl(c)) {
                quoted.append(c < 0x80 ? "\\x%02x".formatted(c) : "\\u%04x".formatted(c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.append('"').toString();
  }

  private static boolean isReserved(int c) {
    return isSpace(c) || RESERVED.indexOf(c) >= 0;
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  /** A cursor over a list of matchers in the syntax of UTF-8. */
  private static final class Utf8 {
    private final String text;
    private int at;

    Utf8(String text) {
      this.text = text;
    }

    List<Parts> matchers() {
      List<Parts> matchers = new ArrayList<>();
      boolean open = accept("{");
      boolean more = !isEnd() && !isNext("}");
      while (more) {
        String label = word();
        String operator = operator();
        matchers.add(Parts.of(label, operator, word()));
        more = accept(",") && !isEnd() && !isNext("}");
      }
      if (open != accept("}") || !isEnd()) {
        throw new IllegalArgumentException("expected matchers separated by commas");
      }
      return matchers;
    }

    private String operator() {
      for (String operator : List.of("=~", "!~", "!=", "=")) {
        if (accept(operator)) {
          return operator;
        }
      }
      throw new IllegalArgumentException(EXPECTED);
    }

    private String word() {
      skipSpace();
      if (accept("\"")) {
        return quoted();
      }
      int start = at;
      while (at < text.length() && !isReserved(text.codePointAt(at))) {
        at += Character.charCount(text.codePointAt(at));
      }
      if (at == start) {
        throw new IllegalArgumentException(EXPECTED);
      }
      return text.substring(start, at);
    }

    private String quoted() {
      StringBuilder plain = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '"') {
        char c = text.charAt(at++);
        if (c == '\n') {
          throw new IllegalArgumentException("expected \\n in place of a line feed");
        }
        if (c == '\\') {
          escape(plain);
        } else {
          plain.append(c);
        }
      }
      if (at == text.length()) {
        throw new IllegalArgumentException("expected a \" at the end of the text in quotes");
      }
      at++;
      return plain.toString();
    }

    private void escape(StringBuilder plain) {
      char c = at < text.length() ? text.charAt(at++) : ' ';
      int simple = "abfnrtv\"\\".indexOf(c);
      if (simple >= 0) {
        plain.append("\u0007\b\f\n\r\t\u000B\"\\".charAt(simple));
      } else {
        switch (c) {
          case 'x' -> plain.appendCodePoint(number(2, 16, 0x7f));
          case 'u' -> plain.appendCodePoint(number(4, 16, Character.MAX_CODE_POINT));
          case 'U' -> plain.appendCodePoint(number(8, 16, Character.MAX_CODE_POINT));
          case '0', '1' -> {
            at--;
            plain.appendCodePoint(number(3, 8, 0x7f));
          }
          default -> throw new IllegalArgumentException("expected \\\\ in place of \\ before " + c);
        }
      }
    }

    private int number(int digits, int radix, int highest) {
      String digitsText = text.substring(at, Math.min(text.length(), at + digits));
      at += digitsText.length();
      try {
        int number = Integer.parseUnsignedInt(digitsText, radix);
        if (digitsText.length() == digits && number >= 0 && number <= highest) {
          return number;
        }
      } catch (NumberFormatException notANumber) {
        // reported below
      }
      throw new IllegalArgumentException("expected a character after \\, not " + digitsText);
    }

    private boolean accept(String token) {
      boolean next = isNext(token);
      at += next ? token.length() : 0;
      return next;
    }

    private boolean isNext(String token) {
      skipSpace();
      return text.startsWith(token, at);
    }

    private boolean isEnd() {
      skipSpace();
      return at == text.length();
    }

    private void skipSpace() {
      while (at < text.length() && isSpace(text.codePointAt(at))) {
        at++;
      }
    }
  }
}
