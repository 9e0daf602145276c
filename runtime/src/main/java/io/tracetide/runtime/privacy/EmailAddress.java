package io.tracetide.runtime.privacy;

/**
 * An e-mail address around its {@code @}, which may be percent-encoded as in a URL. It needs a
 * domain of two labels or more that ends in letters, so {@code user@host}, {@code pkg@1.2.3} and
 * {@code Foo@1b2c3d} are not addresses. Letters of every script are accepted.
 */
final class EmailAddress {

  private static final int SHORTEST_TOP_LEVEL = 2;

  private EmailAddress() {}

  /** Start of the part before the {@code @}, {@code from} or later; {@code at} if there is none. */
  static int start(CharSequence text, int from, int at) {
    int start = at;
    while (start > from && isLocal(text.charAt(start - 1))) {
      start--;
    }
    while (start < at && !isInner(text.charAt(start))) {
      start++;
    }
    return start;
  }

  /** End of the domain that begins at {@code from}; -1 if there is none. */
  static int end(CharSequence text, int from, int limit) {
    int end = -1;
    int label = from;
    boolean dotted = false;
    boolean letters = true;
    int i = from;
    for (; i < limit; i++) {
      char c = text.charAt(i);
      if (c == '.') {
        if (i == label) {
          break;
        }
        end = dotted && letters && i - label >= SHORTEST_TOP_LEVEL ? i : end;
        dotted = true;
        letters = true;
        label = i + 1;
      } else if (isInner(c)) {
        letters &= Character.isLetter(c);
      } else if (c == '-' && i > label) {
        letters = false;
      } else {
        break;
      }
    }
    return dotted && letters && i - label >= SHORTEST_TOP_LEVEL ? i : end;
  }

  private static boolean isLocal(char c) {
    return isInner(c) || "._%+-'".indexOf(c) >= 0;
  }

  private static boolean isInner(char c) {
    return c < 0x80 ? Ascii.isWord(c) : Character.isLetterOrDigit(c);
  }
}
