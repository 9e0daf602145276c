package io.tracetide.runtime.privacy;

/**
 * One look at every character of a text: whether it is plain, and how many there are of those that
 * personal data is made of. Four counters and a flag in a long, because nearly every text passes
 * with nothing more.
 */
public final class Glance {

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

  private Glance() {}

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

  /** Whether the text is nothing but printable ASCII, in one line. */
  public static boolean isPlain(long glance) {
    return glance >= 0;
  }

  /**
   * Whether the text that was looked at may hold personal data: numbers of cards, accounts and
   * telephones have {@value #SHORTEST_NUMBER} digits with no letter in between, which UUIDs, hashes
   * and names of browsers rarely have.
   */
  static boolean maySayWho(long glance, String text) {
    int digits = (int) glance & COUNTER;
    int dots = (int) (glance >>> DOTS) & COUNTER;
    int colons = (int) (glance >>> COLONS) & COUNTER;
    return (glance & Long.MAX_VALUE) >>> SIGNS != 0
        || (digits >= 4 && dots >= 3 && mayBeAddress(text))
        || (digits > 0 && colons >= 2)
        || (digits >= SHORTEST_NUMBER && hasNumber(text));
  }

  private static boolean hasNumber(String text) {
    int run = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= '9') {
        run += c >= '0' ? 1 : 0;
        if (run == SHORTEST_NUMBER) {
          return true;
        }
      } else if (Ascii.isLetter(c)) {
        run = 0;
      }
    }
    return false;
  }

  /** Whether three dots have a digit before and behind them. */
  private static boolean mayBeAddress(String text) {
    int dots = 0;
    for (int i = text.indexOf('.'); i >= 0; i = text.indexOf('.', i + 1)) {
      dots += Ascii.digitAt(text, i - 1) && Ascii.digitAt(text, i + 1) ? 1 : 0;
    }
    return dots >= 3;
  }
}
