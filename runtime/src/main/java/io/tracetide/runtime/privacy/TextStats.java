package io.tracetide.runtime.privacy;

/**
 * Statistics of the characters of a text: whether it is plain, and the numbers of characters that
 * personal data needs. Four counters and a flag in a long, because most texts need no further
 * search.
 */
public final class TextStats {

  private static final int DOTS = 16;
  private static final int COLONS = 32;
  private static final int SIGNS = 48;
  private static final int COUNTER = 0xFFFF;

  /** Longer texts could overflow a counter. */
  private static final int LONGEST = 0x7FFF;

  private static final int SHORTEST_NUMBER = 9;
  private static final long[] LANES = new long[128];

  static {
    for (char c = '0'; c <= '9'; c++) {
      LANES[c] = 1;
    }
    LANES['.'] = 1L << DOTS;
    LANES[':'] = 1L << COLONS;
    LANES['@'] = 1L << SIGNS;
    LANES['%'] = 1L << SIGNS;
  }

  private TextStats() {}

  public static long of(String text) {
    int length = text.length();
    if (length > LONGEST) {
      return -1;
    }
    long counts = 0;
    int outside = 0;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      outside |= (c - ' ') | ('~' - c);
      counts += LANES[c & 0x7F];
    }
    return outside < 0 ? counts | Long.MIN_VALUE : counts;
  }

  /** Whether the text has only printable ASCII characters, in one line. */
  public static boolean isPlain(long glance) {
    return glance >= 0;
  }

  /**
   * Whether a text with these statistics may have personal data: numbers of cards and telephones
   * have at least {@value #SHORTEST_NUMBER} digits in words of digits, and account numbers begin
   * with a country code and check digits, unlike UUIDs, hashes and names of browsers.
   *
   * @param everyAddress whether IP addresses of private networks are masked
   */
  static boolean mayHavePersonalData(long glance, String text, boolean everyAddress) {
    int digits = (int) glance & COUNTER;
    int dots = (int) (glance >>> DOTS) & COUNTER;
    int colons = (int) (glance >>> COLONS) & COUNTER;
    return (glance & Long.MAX_VALUE) >>> SIGNS != 0
        || (digits >= 4 && dots >= 3 && hasAddress(text, everyAddress))
        || (digits > 0 && colons >= 2)
        || (digits >= SHORTEST_NUMBER && hasNumber(text));
  }

  private static boolean hasNumber(String text) {
    int length = text.length();
    int digits = 0;
    int i = 0;
    while (i < length) {
      char c = text.charAt(i);
      if (Ascii.isDigit(c)) {
        int from = i;
        do {
          i++;
        } while (i < length && Ascii.isDigit(text.charAt(i)));
        digits += i - from;
        if (i < length && Ascii.isLetter(text.charAt(i))) {
          i = endOfWord(text, i);
          digits = 0;
        } else if (digits >= SHORTEST_NUMBER) {
          return true;
        }
      } else if (Ascii.isLetter(c)) {
        if (i + 4 < length && Iban.mayBegin(text, i)) {
          return true;
        }
        i = endOfWord(text, i);
        digits = 0;
      } else {
        digits = c > ' ' && c < '(' ? 0 : digits;
        i++;
      }
    }
    return false;
  }

  private static int endOfWord(String text, int from) {
    int i = from;
    while (i < text.length() && Ascii.isWord(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean hasAddress(String text, boolean every) {
    for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
      int from = dot;
      while (Ascii.digitAt(text, from - 1)) {
        from--;
      }
      if (from < dot && dot - from <= 3 && IpAddress.v4(text, from, text.length(), every) >= 0) {
        return true;
      }
    }
    return false;
  }
}
