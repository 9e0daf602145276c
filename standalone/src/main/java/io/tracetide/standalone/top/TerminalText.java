package io.tracetide.standalone.top;

/**
 * Texts of services as a terminal may show them: without characters that move the cursor, change
 * its state, or change the order of the text around them. Width counts columns of a terminal.
 */
final class TerminalText {
  private static final int REPLACEMENT = 0xFFFD;

  private TerminalText() {}

  /** The text with each such character replaced. */
  static String of(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints().map(TerminalText::shown).forEach(safe::appendCodePoint);
    return safe.toString();
  }

  private static int shown(int character) {
    return switch (Character.getType(character)) {
      // Controls such as ESC and CSI, marks of direction and width, halves of pairs, line ends.
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          REPLACEMENT;
      default -> character;
    };
  }

  /** The safe text in exactly so many columns: filled with spaces, or cut with a mark. */
  static String fitted(String text, int columns) {
    String safe = of(text);
    int width = width(safe);
    if (width <= columns) {
      return safe + " ".repeat(columns - width);
    }
    StringBuilder cut = new StringBuilder();
    int used = 0;
    for (int character : safe.codePoints().toArray()) {
      int next = width(character);
      if (used + next > columns - 1) {
        break;
      }
      cut.appendCodePoint(character);
      used += next;
    }
    return cut + "…" + " ".repeat(Math.max(0, columns - 1 - used));
  }

  /** Columns of a safe text. */
  static int width(String text) {
    return text.codePoints().map(TerminalText::width).sum();
  }

  private static int width(int character) {
    int type = Character.getType(character);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        (character >= 0x1100 && character <= 0x115F)
            || (character >= 0x2E80 && character <= 0xA4CF)
            || (character >= 0xAC00 && character <= 0xD7A3)
            || (character >= 0xF900 && character <= 0xFAFF)
            || (character >= 0xFE30 && character <= 0xFE6F)
            || (character >= 0xFF00 && character <= 0xFF60)
            || (character >= 0x1F300 && character <= 0x1FAFF)
            || (character >= 0x20000 && character <= 0x3FFFD);
    return wide ? 2 : 1;
  }
}
