package io.tracetide.runtime.privacy;

/** Classes of the characters of a text. A position outside the text has no class. */
final class Ascii {

  private Ascii() {}

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isWord(char c) {
    return isDigit(c) || isLetter(c);
  }

  static int hex(char c) {
    if (isDigit(c)) {
      return c - '0';
    }
    int letter = c | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  static boolean digitAt(CharSequence text, int index) {
    return index >= 0 && index < text.length() && isDigit(text.charAt(index));
  }

  static boolean wordAt(CharSequence text, int index) {
    return index >= 0 && index < text.length() && isWord(text.charAt(index));
  }

  static boolean at(CharSequence text, int index, char wanted) {
    return index >= 0 && index < text.length() && text.charAt(index) == wanted;
  }
}
