package io.tracetide.runtime.privacy;

import java.util.Arrays;

/**
 * An International Bank Account Number (ISO 13616): the length of its country and check digits
 * after ISO 7064 MOD 97-10, in one piece or in groups of four.
 */
final class Iban {

  private static final int CODES = 26 * 26;
  private static final byte[] LENGTHS = new byte[CODES];

  static {
    String registry =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27"
            + " DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28"
            + " HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21"
            + " LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29"
            + " PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23"
            + " TN24 TR26 UA29 VA22 VG24 XK20 YE30";
    Arrays.stream(registry.split(" "))
        .forEach(
            entry ->
                LENGTHS[code(entry.charAt(0), entry.charAt(1))] =
                    Byte.parseByte(entry.substring(2)));
  }

  private Iban() {}

  /** Whether a number may begin with these two letters and digits. */
  static boolean mayBegin(CharSequence text, int start) {
    return Ascii.digitAt(text, start + 2)
        && Ascii.digitAt(text, start + 3)
        && Ascii.isLetter(text.charAt(start + 1))
        && isUpper(text.charAt(start)) == isUpper(text.charAt(start + 1))
        && LENGTHS[code(text.charAt(start), text.charAt(start + 1))] > 0;
  }

  /**
   * End of the number that begins at {@code start}; -1 if there is none. The caller has checked the
   * character before it.
   */
  static int end(CharSequence text, int start, int limit) {
    int length = LENGTHS[code(text.charAt(start), text.charAt(start + 1))];
    boolean upper = isUpper(text.charAt(start));
    int remainder = 0;
    int count = 0;
    char separator = 0;
    int i = start + 4;
    for (count = 4; count < length && i < limit; i++) {
      char c = text.charAt(i);
      if (Ascii.isDigit(c) || (Ascii.isLetter(c) && isUpper(c) == upper)) {
        remainder = append(remainder, c);
        count++;
      } else if ((c == ' ' || c == '-') && count % 4 == 0 && (separator == 0 || separator == c)) {
        separator = c;
      } else {
        return -1;
      }
    }
    if (count < length || Ascii.wordAt(text, i)) {
      return -1;
    }
    for (int head = start; head < start + 4; head++) {
      remainder = append(remainder, text.charAt(head));
    }
    return remainder == 1 ? i : -1;
  }

  /** Letters are the numbers from 10 to 35. */
  private static int append(int remainder, char c) {
    return Ascii.isDigit(c)
        ? (remainder * 10 + (c - '0')) % 97
        : (remainder * 100 + ((c | 0x20) - 'a' + 10)) % 97;
  }

  private static boolean isUpper(char c) {
    return c <= 'Z';
  }

  private static int code(char first, char second) {
    return ((first | 0x20) - 'a') * 26 + ((second | 0x20) - 'a');
  }
}
