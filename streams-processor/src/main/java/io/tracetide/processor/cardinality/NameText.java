package io.tracetide.processor.cardinality;

/**
 * Bytes of an operation's name in UTF-8, and recognition of variable parts at a position: UUIDs,
 * ULIDs, dates and times, IP and e-mail addresses. Not thread-safe.
 */
abstract class NameText {

  static final byte[] NOTHING = {};

  // Classes of bytes, as bits.
  static final int DIGIT = 1;
  static final int HEX_LETTER = 1 << 1;
  static final int LETTER = 1 << 2;

  /** Part of a name or number. */
  static final int WORD = 1 << 3;

  /** Joins parts to a word. */
  static final int JOINT = 1 << 4;

  static final int SPACE = 1 << 5;

  /** Occurs in, or begins, a variable part. */
  static final int SUSPECT = 1 << 6;

  /** May be, or begin, the {@code @} of an address. */
  static final int MAIL_SIGN = 1 << 7;

  static final int[] KINDS = kindsOfBytes();

  private static int[] kindsOfBytes() {
    int[] kinds = new int[256];
    for (int b = 0; b < 256; b++) {
      int kind = 0;
      if (b >= '0' && b <= '9') {
        kind = DIGIT | WORD | SUSPECT;
      } else if ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z')) {
        boolean hex = (b | 0x20) <= 'f';
        kind = LETTER | WORD | (hex ? HEX_LETTER : 0);
      } else if (b == '%') {
        kind = WORD | MAIL_SIGN;
      } else if (b >= 0x80 || b == '$' || b == '~') {
        kind = WORD;
      } else if (b == '-' || b == '_' || b == '.' || b == '+') {
        kind = JOINT;
      } else if (b == '@') {
        kind = JOINT | SUSPECT | MAIL_SIGN;
      } else if (b == '?' || b == '#') {
        kind = SUSPECT;
      } else if (b <= ' ' || b == 0x7f) {
        kind = SPACE;
      }
      kinds[b] = kind;
    }
    return kinds;
  }

  /** The bytes being read, from {@link #start} to {@link #end}. */
  byte[] in = NOTHING;

  int start;
  int end;

  /** 8-4-4-4-12 hexadecimal digits, at least one of them decimal (the version is). */
  final boolean isUuid(int at) {
    int to = at + 36;
    if (to > end || !isPartEnd(to)) {
      return false;
    }
    boolean decimal = false;
    for (int i = 0; i < 36; i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? in[at + i] != '-' : (kind(at + i) & (DIGIT | HEX_LETTER)) == 0) {
        return false;
      }
      decimal |= (kind(at + i) & DIGIT) != 0;
    }
    return decimal;
  }

  final boolean isPrefixedHex(int at, int count, int hexDigits) {
    return count > 2
        && in[at] == '0'
        && (in[at + 1] == 'x' || in[at + 1] == 'X')
        && hexDigits == count - 1;
  }

  /** 26 characters of Crockford's base 32, the first of which holds three bits. */
  final boolean isUlid(int at, int count) {
    if (count != 26 || in[at] < '0' || in[at] > '7') {
      return false;
    }
    for (int i = at; i < at + count; i++) {
      int lower = in[i] | 0x20;
      if (lower == 'i' || lower == 'l' || lower == 'o' || lower == 'u') {
        return false;
      }
    }
    return true;
  }

  /** 20260301T120000, or with a Z. */
  final boolean isCompactTime(int at, int count) {
    return (count == 15 || (count == 16 && (in[at + 15] | 0x20) == 'z'))
        && (in[at + 8] | 0x20) == 't'
        && areDigits(at, 8)
        && areDigits(at + 9, 6);
  }

  /** 2026-03-01, perhaps with a time and an offset; {@code at} when it is no date. */
  final int dateEnd(int at) {
    if (!areDigits(at, 4)
        || !is(at + 4, '-')
        || !isNumber(at + 5, 1, 12)
        || !is(at + 7, '-')
        || !isNumber(at + 8, 1, 31)) {
      return at;
    }
    int day = at + 10;
    if (is(day, 'T') || is(day, 't') || is(day, '_') || is(day, ' ')) {
      int time = timeEnd(day + 1);
      if (time > day) {
        return time;
      }
    }
    return isPartEnd(day) ? day : at;
  }

  /** 12:00, 12:00:00, 12-00-00.123456Z, 12:00:00+02:00; -1 when it is no time. */
  final int timeEnd(int at) {
    if (!isNumber(at, 0, 24) || !isTimeSign(at + 2) || !isNumber(at + 3, 0, 59)) {
      return -1;
    }
    int to = at + 5;
    if (isTimeSign(to) && isNumber(to + 1, 0, 60)) {
      to += 3;
      if ((is(to, '.') || is(to, ',')) && areDigits(to + 1, 1)) {
        to++;
        while (to < end && (kind(to) & DIGIT) != 0) {
          to++;
        }
      }
    }
    if (is(to, 'Z') || is(to, 'z')) {
      to++;
    } else if ((is(to, '+') || is(to, '-')) && areDigits(to + 1, 2)) {
      int minutes = is(to + 3, ':') ? to + 4 : to + 3;
      to = areDigits(minutes, 2) ? minutes + 2 : to + 3;
    }
    return isPartEnd(to) ? to : -1;
  }

  final boolean isTimeSign(int at) {
    return is(at, ':') || is(at, '-');
  }

  /** Four numbers up to 255; {@code at} when it is no address. */
  final int ipv4End(int at) {
    int i = at;
    for (int group = 0; group < 4; group++) {
      if (group > 0 && !is(i++, '.')) {
        return at;
      }
      int value = 0;
      int from = i;
      while (i < end && i < from + 3 && (kind(i) & DIGIT) != 0) {
        value = 10 * value + in[i++] - '0';
      }
      if (i == from || value > 255) {
        return at;
      }
    }
    return isPartEnd(i) && !(is(i, '.') && areDigits(i + 1, 1)) ? i : at;
  }

  /**
   * Eight groups of up to four hexadecimal digits, or fewer around a double colon; {@code at} when
   * it is no address. Text that may be a qualified name, such as {@code a1::b2}, is not an address.
   */
  final int ipv6End(int at) {
    int groups = 0;
    boolean gap = false;
    boolean decimal = false;
    int i = at;
    while (true) {
      int from = i;
      while (i < end && (kind(i) & (DIGIT | HEX_LETTER)) != 0) {
        decimal |= (kind(i) & DIGIT) != 0;
        i++;
      }
      if (i == from || i - from > 4) {
        return at;
      }
      groups++;
      if (!is(i, ':')) {
        break;
      }
      i++;
      if (is(i, ':')) {
        if (gap) {
          return at;
        }
        gap = true;
        i++;
      }
    }
    boolean whole = gap ? groups >= 2 && groups < 8 : groups == 8;
    boolean noName = groups > 2 || is(at + 4, ':');
    return whole && noName && decimal && isPartEnd(i) ? i : at;
  }

  /** End of an e-mail address that is a word or begins one; {@code at} when there is none. */
  final int mailEnd(int at) {
    int i = at;
    while (i < end && !isHard(i) && in[i] != '@' && !isEncodedAt(i)) {
      i++;
    }
    if (i == at || i == end || isHard(i)) {
      return at;
    }
    i += in[i] == '@' ? 1 : 3;
    int mailEnd = at;
    int labels = 0;
    while (true) {
      int from = i;
      boolean letters = true;
      while (i < end && ((kind(i) & (LETTER | DIGIT)) != 0 || in[i] == '-')) {
        letters &= (kind(i) & LETTER) != 0;
        i++;
      }
      if (i == from) {
        break;
      }
      labels++;
      if (labels > 1 && letters && i - from > 1 && isPartEnd(i) && !is(i, '@')) {
        mailEnd = i;
      }
      if (!is(i, '.')) {
        break;
      }
      i++;
    }
    return mailEnd;
  }

  final boolean isEncodedAt(int at) {
    return in[at] == '%' && is(at + 1, '4') && is(at + 2, '0');
  }

  final int spaceAfter(int at) {
    int i = at;
    while (i < end && !isSpace(i)) {
      i++;
    }
    return i;
  }

  final int kind(int at) {
    return KINDS[in[at] & 0xff];
  }

  final boolean isSpace(int at) {
    return (kind(at) & SPACE) != 0;
  }

  /** Whether the byte ends words. */
  final boolean isHard(int at) {
    return (kind(at) & (WORD | JOINT)) == 0;
  }

  /** Whether the current part of a word ends here. */
  final boolean isPartEnd(int at) {
    return at == end || (kind(at) & WORD) == 0;
  }

  final boolean is(int at, char expected) {
    return at >= start && at < end && in[at] == expected;
  }

  final boolean areDigits(int at, int count) {
    if (at + count > end) {
      return false;
    }
    for (int i = at; i < at + count; i++) {
      if ((kind(i) & DIGIT) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Two digits in the range. */
  final boolean isNumber(int at, int lowest, int highest) {
    if (!areDigits(at, 2)) {
      return false;
    }
    int value = 10 * (in[at] - '0') + in[at + 1] - '0';
    return value >= lowest && value <= highest;
  }
}
