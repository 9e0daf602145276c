package io.tracetide.schemas.mapping;

/**
 * Text of clients that is safe to store and show: cut at its limit on a character boundary, and
 * without control characters and characters that change the text direction.
 *
 * @param replaced how many characters were replaced by U+FFFD
 * @param cut whether the end was cut off
 */
public record SafeText(String text, int replaced, boolean cut) {

  private static final char REPLACEMENT = '\uFFFD';

  /**
   * Whether the text has only printable ASCII characters, in one line, so that it is safe
   * unchanged.
   */
  public static boolean isPlain(String text) {
    int outside = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      outside |= (c - ' ') | ('~' - c);
    }
    return outside >= 0;
  }

  /**
   * Makes a text safe.
   *
   * @param maxBytes limit in UTF-8
   * @param lines whether it may have several lines
   */
  public static SafeText of(String raw, int maxBytes, boolean lines) {
    StringBuilder safe = new StringBuilder(Math.min(raw.length(), maxBytes));
    int bytes = 0;
    int replaced = 0;
    int i = 0;
    while (i < raw.length()) {
      int c = raw.codePointAt(i);
      i += Character.charCount(c);
      if (isUnsafe(c, lines)) {
        replaced++;
        c = REPLACEMENT;
      }
      bytes += utf8Bytes(c);
      if (bytes > maxBytes) {
        return new SafeText(safe.toString(), replaced, true);
      }
      safe.appendCodePoint(c);
    }
    return new SafeText(safe.toString(), replaced, false);
  }

  private static boolean isUnsafe(int c, boolean lines) {
    if (lines && (c == '\n' || c == '\t' || c == '\r')) {
      return false;
    }
    return Character.isISOControl(c)
        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }

  private static int utf8Bytes(int c) {
    if (c < 0x80) {
      return 1;
    }
    if (c < 0x800) {
      return 2;
    }
    return c < 0x10000 ? 3 : 4;
  }
}
