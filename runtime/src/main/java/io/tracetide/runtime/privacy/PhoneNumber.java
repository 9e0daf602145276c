package io.tracetide.runtime.privacy;

/**
 * A telephone number in a recognisable form: with a plus and a country code (E.164, 9 to 15
 * digits), or in the North American forms {@code (415) 555-2671} and {@code 415-555-2671}. Other
 * national forms cannot be distinguished from other numbers and need a configured pattern.
 */
final class PhoneNumber {

  private static final int SHORTEST = 9;
  private static final int LONGEST = 15;
  private static final int MOST_SEPARATORS = 2;

  private PhoneNumber() {}

  /**
   * End of the number whose first digit after the plus is at {@code first}; -1 if there is none.
   */
  static int international(CharSequence text, int first, int limit) {
    if (!Ascii.digitAt(text, first) || text.charAt(first) == '0') {
      return -1;
    }
    int count = 0;
    int end = -1;
    int groups = -1;
    int separators = 0;
    boolean dotted = true;
    for (int i = first; i < limit; i++) {
      char c = text.charAt(i);
      if (Ascii.isDigit(c)) {
        if (++count > LONGEST) {
          // Digits after the last complete group belong to another number.
          return groups;
        }
        separators = 0;
        end = i + 1;
      } else if (" -/()".indexOf(c) >= 0 && separators < MOST_SEPARATORS) {
        dotted = false;
        groups = separators == 0 && count >= SHORTEST ? i : groups;
        separators++;
      } else if (c == '.' && dotted && separators == 0) {
        groups = count >= SHORTEST ? i : groups;
        separators++;
      } else {
        break;
      }
    }
    boolean whole =
        !Ascii.wordAt(text, end) && !(Ascii.at(text, end, '.') && Ascii.digitAt(text, end + 1));
    return count >= SHORTEST && whole ? end : groups;
  }

  /** The same for a North American number from its area code, or the bracket before it. */
  static int northAmerican(CharSequence text, int start, int limit) {
    boolean bracket = text.charAt(start) == '(';
    int area = bracket ? start + 1 : start;
    if (!Ascii.at(text, area + 3, bracket ? ')' : '-') || (!bracket && isPartOfWord(text, start))) {
      return -1;
    }
    int exchange = area + 4;
    if (bracket && (Ascii.at(text, exchange, ' ') || Ascii.at(text, exchange, '-'))) {
      exchange++;
    }
    int line = exchange + 4;
    int end = line + 4;
    boolean dashed = Ascii.at(text, line - 1, '-') || (bracket && Ascii.at(text, line - 1, ' '));
    boolean whole =
        end <= limit
            && dashed
            && digits(text, area, 3)
            && digits(text, exchange, 3)
            && digits(text, line, 4)
            && !Ascii.wordAt(text, end)
            && !(Ascii.at(text, end, '-') && Ascii.wordAt(text, end + 1));
    return whole && text.charAt(area) >= '2' && text.charAt(exchange) >= '2' ? end : -1;
  }

  private static boolean isPartOfWord(CharSequence text, int start) {
    if (Ascii.wordAt(text, start - 1) || Ascii.at(text, start - 1, '.')) {
      return true;
    }
    boolean trunk =
        Ascii.at(text, start - 1, '-')
            && Ascii.at(text, start - 2, '1')
            && !Ascii.wordAt(text, start - 3);
    return !trunk && Ascii.at(text, start - 1, '-') && Ascii.wordAt(text, start - 2);
  }

  private static boolean digits(CharSequence text, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (!Ascii.digitAt(text, i)) {
        return false;
      }
    }
    return true;
  }
}
