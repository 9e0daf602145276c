package io.tracetide.alert.channel;

/** Makes untrusted text safe: control characters are replaced. */
public final class PlainText {

  /**
   * The text with a replacement character for each control, cut to {@code limit} characters.
   *
   * @param limit at least 1
   */
  public static String oneLine(String text, int limit) {
    return plain(text, limit, false);
  }

  /**
   * The same for a text of several lines: line feeds and tabs are kept.
   *
   * @param limit at least 1
   */
  public static String lines(String text, int limit) {
    return plain(text.replace("\r\n", "\n"), limit, true);
  }

  private static String plain(String text, int limit, boolean lines) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), limit) + 8);
    int length = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (++length > limit) {
        line.setLength(line.offsetByCodePoints(line.length(), -1));
        return line.append('…').toString();
      }
      if (isHarmless(c) || (lines && (c == '\n' || c == '\t'))) {
        line.appendCodePoint(c);
      } else {
        line.append('\uFFFD');
      }
    }
    return line.toString();
  }

  /**
   * False for control characters, line separators and characters that change the text direction.
   */
  private static boolean isHarmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private PlainText() {}
}
