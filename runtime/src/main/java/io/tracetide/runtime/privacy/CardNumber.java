package io.tracetide.runtime.privacy;

/**
 * The number of a payment card: the first digits and the length of a known brand, a check digit
 * after Luhn (ISO/IEC 7812-1), in one piece or in the groups that are printed on cards. A number
 * that is part of a longer word, of a decimal fraction or of a UUID is not a card number.
 */
final class CardNumber {

  private static final int SHORTEST = 13;
  private static final int LONGEST = 19;

  private CardNumber() {}

  /** End of the number that begins at {@code start}; -1 if there is none. */
  static int end(CharSequence text, int start, int limit) {
    char first = text.charAt(start);
    if (first < '2' || first > '6' || isPartOfWord(text, start)) {
      return -1;
    }
    int prefix = 0;
    int even = 0;
    int odd = 0;
    int count = 0;
    int groups = 0;
    int group = 0;
    char separator = 0;
    boolean grouped = true;
    int i = start;
    for (; i < limit; i++) {
      char c = text.charAt(i);
      if (Ascii.isDigit(c)) {
        if (count == LONGEST) {
          return -1;
        }
        int digit = c - '0';
        int doubled = digit < 5 ? 2 * digit : 2 * digit - 9;
        prefix = count < 4 ? prefix * 10 + digit : prefix;
        even += count % 2 == 0 ? doubled : digit;
        odd += count % 2 == 0 ? digit : doubled;
        count++;
        group++;
      } else if ((c == ' ' || c == '-')
          && (separator == 0 || separator == c)
          && Ascii.digitAt(text, i + 1)
          && (group == 4 || group == 6)
          && count < 16) {
        separator = c;
        grouped &= groups > 0 || group == 4;
        groups++;
        group = 0;
      } else {
        break;
      }
    }
    if (count < SHORTEST || (groups > 0 && !(grouped && isPrinted(groups, group, count)))) {
      return -1;
    }
    boolean whole =
        !Ascii.wordAt(text, i)
            && !((Ascii.at(text, i, '.') || Ascii.at(text, i, '-')) && Ascii.wordAt(text, i + 1));
    // Every second digit is doubled, counted from the last one, which is not doubled.
    int sum = count % 2 == 0 ? even : odd;
    return whole && sum % 10 == 0 && isIssued(prefix, count) ? i : -1;
  }

  private static boolean isPartOfWord(CharSequence text, int start) {
    return Ascii.wordAt(text, start - 1)
        || (Ascii.at(text, start - 1, '.') && Ascii.wordAt(text, start - 2))
        || (Ascii.at(text, start - 1, '-') && Ascii.digitAt(text, start - 2));
  }

  /** 4-4-4-4, and 4-4-4-4-3; 4-6-5 and 4-6-4. */
  private static boolean isPrinted(int groups, int last, int count) {
    return switch (groups) {
      case 2 -> (last == 5 && count == 15) || (last == 4 && count == 14);
      case 3 -> last == 4 && count == 16;
      case 4 -> last == 3 && count == 19;
      default -> false;
    };
  }

  private static boolean isIssued(int four, int count) {
    int two = four / 100;
    return switch (four / 1_000) {
      case 4 -> count == 13 || count == 16 || count == 19;
      case 5 -> count == 16 || two == 50 || two >= 56;
      case 2 -> count == 16 && four >= 2_200 && four <= 2_720;
      case 3 ->
          switch (two) {
            case 34, 37 -> count == 15;
            case 30, 36, 38, 39 -> count == 14 || count == 16;
            case 35 -> count >= 16;
            default -> false;
          };
      case 6 ->
          switch (two) {
            case 60, 64, 65, 62 -> count >= 16;
            case 63, 67 -> true;
            default -> false;
          };
      default -> false;
    };
  }
}
