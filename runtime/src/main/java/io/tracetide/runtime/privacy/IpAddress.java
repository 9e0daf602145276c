package io.tracetide.runtime.privacy;

/**
 * An IPv4 or IPv6 address as text. A public address may identify a person. Addresses of private
 * networks, loopback and link-local addresses belong to machines and are found only if configured.
 */
final class IpAddress {

  private static final int OCTETS = 4;
  private static final int GROUPS = 8;

  private IpAddress() {}

  /**
   * End of the IPv4 address that begins at {@code start}; -1 if there is none. Four numbers that
   * end in {@code .0.0.0} are a network or a browser's version, and four numbers after a letter or
   * the word version are not an address.
   */
  static int v4(CharSequence text, int start, int limit, boolean all) {
    if (Ascii.wordAt(text, start - 1)
        || (Ascii.at(text, start - 1, '.') && Ascii.wordAt(text, start - 2))
        || followsVersion(text, start)) {
      return -1;
    }
    int address = 0;
    int i = start;
    for (int octet = 0; octet < OCTETS; octet++) {
      if (octet > 0) {
        if (i >= limit || text.charAt(i) != '.') {
          return -1;
        }
        i++;
      }
      int from = i;
      int value = 0;
      while (i < limit && i < from + 3 && Ascii.isDigit(text.charAt(i))) {
        value = value * 10 + (text.charAt(i++) - '0');
      }
      if (i == from || value > 255 || (i > from + 1 && text.charAt(from) == '0')) {
        return -1;
      }
      address = address << 8 | value;
    }
    if (Ascii.wordAt(text, i)
        || ((Ascii.at(text, i, '.') || Ascii.at(text, i, '-')) && Ascii.wordAt(text, i + 1))) {
      return -1;
    }
    return (address & 0xFFFFFF) != 0 && (all || isPublic(address)) ? i : -1;
  }

  private static boolean isPublic(int address) {
    int first = address >>> 24;
    int second = address >>> 16 & 0xFF;
    return switch (first) {
      case 0, 10, 127 -> false;
      case 100 -> second < 64 || second > 127;
      case 169 -> second != 254;
      case 172 -> second < 16 || second > 31;
      case 192 -> second != 168;
      default -> first < 224;
    };
  }

  private static boolean followsVersion(CharSequence text, int start) {
    int i = start - 1;
    while (i >= 0 && i > start - 4 && " :=\"'v".indexOf(text.charAt(i)) >= 0) {
      i--;
    }
    return i >= 6 && endsWithVersion(text, i + 1);
  }

  private static boolean endsWithVersion(CharSequence text, int end) {
    String word = "version";
    for (int i = 0; i < word.length(); i++) {
      if ((text.charAt(end - word.length() + i) | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * End of the IPv6 address that begins at {@code start}; -1 if there is none. Its first group has
   * four digits, as in all of 2000::/3, fc00::/7 and fe80::/10, so that times, MAC addresses and
   * names such as {@code std::move} are not matched.
   */
  static int v6(CharSequence text, int start, int limit, boolean all) {
    if (Ascii.wordAt(text, start - 1) || Ascii.at(text, start - 1, ':')) {
      return -1;
    }
    int first = 0;
    for (int i = start; i < start + 4; i++) {
      int digit = i < limit ? Ascii.hex(text.charAt(i)) : -1;
      if (digit < 0) {
        return -1;
      }
      first = first << 4 | digit;
    }
    if (!Ascii.at(text, start + 4, ':') || !(isGlobal(first) || (all && isLocal(first)))) {
      return -1;
    }
    int groups = 1;
    boolean compressed = false;
    int i = start + 4;
    int end = -1;
    while (i < limit && text.charAt(i) == ':' && groups < GROUPS) {
      i++;
      if (Ascii.at(text, i, ':')) {
        if (compressed) {
          return -1;
        }
        compressed = true;
        i++;
        end = i;
      }
      int from = i;
      while (i < limit && i < from + 4 && Ascii.hex(text.charAt(i)) >= 0) {
        i++;
      }
      if (i == from) {
        break;
      }
      groups++;
      end = i;
    }
    boolean whole = compressed ? groups >= 2 && groups < GROUPS : groups == GROUPS;
    return whole && !Ascii.wordAt(text, end) ? end : -1;
  }

  private static boolean isGlobal(int group) {
    return group >>> 13 == 1;
  }

  private static boolean isLocal(int group) {
    return group >>> 9 == 0xFC00 >>> 9 || group >>> 6 == 0xFE80 >>> 6;
  }
}
