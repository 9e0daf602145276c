package io.tracetide.processor.cardinality;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The template of an operation's name: what differs from call to call becomes a placeholder, so
 * that {@code GET /orders/4711?full=1} and {@code GET /orders/4712} are one operation, {@code GET
 * /orders/{id}}.
 *
 * <p>It works on UTF-8 in place, keeps its buffers, and so is not thread-safe. The template of a
 * template is itself; it has at most two and a half times the bytes of the name, and four more.
 *
 * <table>
 * <caption>What becomes what</caption>
 * <tr><th>placeholder</th><th>replaces</th></tr>
 * <tr><td>{@code {id}}</td><td>a whole number that is a word; within a word one of four digits or
 * more; a ULID; 16 or more letters and digits, a sixth of them digits, in three places or
 * more</td></tr>
 * <tr><td>{@code {uuid}}</td><td>a UUID, with or without dashes</td></tr>
 * <tr><td>{@code {hex}}</td><td>8 or more hexadecimal digits, one of them a decimal one; any number
 * of them after {@code 0x}</td></tr>
 * <tr><td>{@code {email}}</td><td>an e-mail address, its {@code @} percent-encoded or not</td></tr>
 * <tr><td>{@code {date}}</td><td>an ISO 8601 date, with or without a time</td></tr>
 * <tr><td>{@code {ip}}</td><td>an IPv4 or IPv6 address</td></tr>
 * <tr><td>nothing</td><td>the query and the fragment of a path</td></tr>
 * </table>
 */
public final class OperationTemplate {

  /*
   * Placeholders are written as OpenTelemetry's conventions write them in span names and in
   * http.route ("GET /users/{id}"), after RFC 6570.
   *
   * A name is read as words, ended by spaces, slashes, brackets, quotes, colons and the like, and
   * words as parts, joined by - _ . @ +. A number is taken for an id when it is a whole word, or a
   * part of four digits or more; what is letters and digits in one, as v1, http2, md5 and user12,
   * is a name unless it is long and looks random. So versions, gRPC methods, SQL with ? for its
   * parameters, and class names are left alone. Bytes above 127 count as letters.
   *
   * All that can be replaced contains a digit or an @, and all that is cut off begins with ? or #.
   * A name without any of the four, which is nearly every one, costs one look at each byte. Else
   * passes are made until nothing more is found: each takes away at least one of the four and
   * brings none, so they end, and what they end with is its own template.
   */

  private static final byte[] ID = "{id}".getBytes(US_ASCII);
  private static final byte[] UUID = "{uuid}".getBytes(US_ASCII);
  private static final byte[] HEX = "{hex}".getBytes(US_ASCII);
  private static final byte[] EMAIL = "{email}".getBytes(US_ASCII);
  private static final byte[] DATE = "{date}".getBytes(US_ASCII);
  private static final byte[] IP = "{ip}".getBytes(US_ASCII);
  private static final byte[] NOTHING = {};

  /** Digits that a number within a word needs to be an id: fewer are steps, sizes, versions. */
  private static final int LONG_NUMBER = 4;

  private static final int LONG_HEX = 8;
  private static final int LONG_MIXTURE = 16;

  // What a byte is, in bits.
  private static final int DIGIT = 1;
  private static final int HEX_LETTER = 1 << 1;
  private static final int LETTER = 1 << 2;

  /** Part of a name or number. */
  private static final int WORD = 1 << 3;

  /** Joins parts to a word. */
  private static final int JOINT = 1 << 4;

  private static final int SPACE = 1 << 5;

  /** May begin, or give away, something variable. */
  private static final int SUSPECT = 1 << 6;

  /** May be, or begin, the {@code @} of an address. */
  private static final int MAIL_SIGN = 1 << 7;

  private static final int[] KINDS = kindsOfBytes();

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

  /** What is being read, from {@link #start} to {@link #end}. */
  private byte[] in = NOTHING;

  private int start;
  private int end;

  /** What the last pass that changed anything has written. */
  private byte[] template = new byte[256];

  private int length;

  /** What a pass writes. */
  private byte[] out = new byte[256];

  private int written;

  /** What replaces the thing that was just found. */
  private byte[] placeholder = NOTHING;

  /** The template of a name. */
  public static String of(String name) {
    OperationTemplate template = new OperationTemplate();
    byte[] bytes = name.getBytes(UTF_8);
    return template.rewrite(bytes, 0, bytes.length)
        ? new String(template.array(), 0, template.length(), UTF_8)
        : name;
  }

  /**
   * Whether the name differs from its template, which then is in the first {@link #length} bytes of
   * {@link #array}, until the next call.
   */
  public boolean rewrite(byte[] bytes, int from, int count) {
    int kinds = kinds(bytes, from, from + count);
    return (kinds & SUSPECT) != 0 && rewriteSuspect(bytes, from, from + count, kinds);
  }

  /** What kinds of bytes there are. */
  private static int kinds(byte[] bytes, int from, int to) {
    int kinds = 0;
    for (int i = from; i < to; i++) {
      kinds |= KINDS[bytes[i] & 0xff];
    }
    return kinds;
  }

  /** Holds the template after a name was rewritten; used again for the next one. */
  public byte[] array() {
    return template;
  }

  public int length() {
    return length;
  }

  private boolean rewriteSuspect(byte[] bytes, int from, int to, int kinds) {
    in = bytes;
    start = from;
    end = to;
    int left = kinds;
    boolean rewritten = false;
    while ((left & SUSPECT) != 0 && pass((left & MAIL_SIGN) != 0)) {
      rewritten = true;
      byte[] former = template;
      template = out;
      length = written;
      out = former;
      in = template;
      start = 0;
      end = length;
      left = kinds(in, start, end);
    }
    in = NOTHING;
    return rewritten;
  }

  /** Replaces what can be told to be variable; false when there is nothing, and nothing written. */
  private boolean pass(boolean mayHaveMail) {
    written = 0;
    boolean inPath = false;
    int copied = start;
    int at = start;
    while (at < end) {
      int kind = kind(at);
      int to = at + 1;
      boolean found = false;
      if ((kind & WORD) != 0) {
        while (to < end && (KINDS[in[to] & 0xff] & WORD) != 0) {
          kind |= KINDS[in[to] & 0xff];
          to++;
        }
        if ((kind & DIGIT) != 0 || mayHaveMail || mayGoOn(at, to)) {
          int foundEnd = find(at, to, mayHaveMail);
          found = foundEnd > at;
          to = found ? foundEnd : to;
        }
      } else if (in[at] == '?' || in[at] == '#') {
        if (isCut(at, inPath)) {
          to = spaceAfter(at);
          placeholder = NOTHING;
          found = true;
        }
      } else if ((kind & SPACE) != 0) {
        inPath = false;
      } else if (in[at] == '/') {
        inPath |= at == start || isSpace(at - 1) || (in[at - 1] == '/' && is(at - 2, ':'));
      }
      if (found) {
        append(in, copied, at);
        append(placeholder, 0, placeholder.length);
        copied = to;
      }
      at = to;
    }
    if (copied == start) {
      return false;
    }
    append(in, copied, end);
    return true;
  }

  private void append(byte[] from, int first, int last) {
    int count = last - first;
    if (written + count > out.length) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, written + count));
    }
    System.arraycopy(from, first, out, written, count);
    written += count;
  }

  /** Whether a part without a digit may begin something that goes on after it. */
  private boolean mayGoOn(int at, int partEnd) {
    int count = partEnd - at;
    return (count == 8 && is(partEnd, '-')) || (count <= 4 && is(partEnd, ':'));
  }

  /**
   * Looks for something variable that begins where a part of a word does.
   *
   * @return where it ends, with its {@link #placeholder} set; {@code at} when there is nothing
   */
  private int find(int at, int partEnd, boolean mayHaveMail) {
    boolean first = at == start || isHard(at - 1);
    if (mayHaveMail && first) {
      int mailEnd = mailEnd(at);
      if (mailEnd > at) {
        return found(EMAIL, mailEnd);
      }
    }
    int digits = 0;
    int hexLetters = 0;
    int letters = 0;
    int runs = 0;
    boolean inDigits = false;
    for (int i = at; i < partEnd; i++) {
      int kind = kind(i);
      boolean digit = (kind & DIGIT) != 0;
      digits += kind & DIGIT;
      hexLetters += (kind & HEX_LETTER) >> 1;
      letters += (kind & LETTER) >> 2;
      runs += digit && !inDigits ? 1 : 0;
      inDigits = digit;
    }
    int count = partEnd - at;
    int compound = compound(at, count, digits, partEnd);
    if (compound > at || digits == 0) {
      return compound;
    }
    if (digits == count) {
      boolean whole = first && (partEnd == end || isHard(partEnd));
      return whole || count >= LONG_NUMBER ? found(ID, partEnd) : at;
    }
    if (digits + hexLetters == count && count >= LONG_HEX) {
      return found(count == 32 ? UUID : HEX, partEnd);
    }
    if (isPrefixedHex(at, count, digits + hexLetters)) {
      return found(HEX, partEnd);
    }
    if (isCompactTime(at, count)) {
      return found(DATE, partEnd);
    }
    boolean random = count >= LONG_MIXTURE && digits + letters == count && runs >= 3;
    if (random && (6 * digits >= count || isUlid(at, count))) {
      return found(ID, partEnd);
    }
    return at;
  }

  private int found(byte[] by, int to) {
    placeholder = by;
    return to;
  }

  /** Looks for what goes on over the joints of a word, or over its colons. */
  private int compound(int at, int count, int digits, int partEnd) {
    if (partEnd == end) {
      return at;
    }
    byte next = in[partEnd];
    if (next == '-' && count == 8) {
      return isUuid(at) ? found(UUID, at + 36) : at;
    }
    if (next == '-' && count == 4 && digits == 4) {
      int to = dateEnd(at);
      return to > at ? found(DATE, to) : at;
    }
    if (next == '.' && digits == count && count <= 3 && !is(at - 1, '.')) {
      int to = ipv4End(at);
      return to > at ? found(IP, to) : at;
    }
    if (next == ':' && count <= 4 && !is(at - 1, ':')) {
      int to = ipv6End(at);
      return to > at ? found(IP, to) : at;
    }
    return at;
  }

  /** 8-4-4-4-12 hexadecimal digits, one of them a decimal one: that of the version, at least. */
  private boolean isUuid(int at) {
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

  private boolean isPrefixedHex(int at, int count, int hexDigits) {
    return count > 2
        && in[at] == '0'
        && (in[at + 1] == 'x' || in[at + 1] == 'X')
        && hexDigits == count - 1;
  }

  /** 26 characters of Crockford's base 32, the first of which holds three bits. */
  private boolean isUlid(int at, int count) {
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
  private boolean isCompactTime(int at, int count) {
    return (count == 15 || (count == 16 && (in[at + 15] | 0x20) == 'z'))
        && (in[at + 8] | 0x20) == 't'
        && areDigits(at, 8)
        && areDigits(at + 9, 6);
  }

  /** 2026-03-01, perhaps with a time and an offset; {@code at} when it is no date. */
  private int dateEnd(int at) {
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
  private int timeEnd(int at) {
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

  private boolean isTimeSign(int at) {
    return is(at, ':') || is(at, '-');
  }

  /** Four numbers up to 255; {@code at} when it is no address. */
  private int ipv4End(int at) {
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
   * it is no address. What could as well be a qualified name, as {@code a1::b2}, is none.
   */
  private int ipv6End(int at) {
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

  /** An address that is a word, or begins one; {@code at} when there is none. */
  private int mailEnd(int at) {
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

  private boolean isEncodedAt(int at) {
    return in[at] == '%' && is(at + 1, '4') && is(at + 2, '0');
  }

  /** Whether a query or a fragment begins here, and not a parameter of SQL or of a route. */
  private boolean isCut(int at, boolean inPath) {
    if (inPath) {
      return !is(at + 1, '}') && !is(at + 1, ')') && !is(at + 1, '/');
    }
    if (in[at] == '#' || at == start || (kind(at - 1) & WORD) == 0) {
      return false;
    }
    int i = at + 1;
    while (i < end && (kind(i) & (WORD | JOINT)) != 0) {
      i++;
    }
    return i > at + 1 && is(i, '=');
  }

  private int spaceAfter(int at) {
    int i = at;
    while (i < end && !isSpace(i)) {
      i++;
    }
    return i;
  }

  private int kind(int at) {
    return KINDS[in[at] & 0xff];
  }

  private boolean isSpace(int at) {
    return (kind(at) & SPACE) != 0;
  }

  /** Whether the byte ends words. */
  private boolean isHard(int at) {
    return (kind(at) & (WORD | JOINT)) == 0;
  }

  /** Whether nothing of the same part of a word stands here. */
  private boolean isPartEnd(int at) {
    return at == end || (kind(at) & WORD) == 0;
  }

  private boolean is(int at, char expected) {
    return at >= start && at < end && in[at] == expected;
  }

  private boolean areDigits(int at, int count) {
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
  private boolean isNumber(int at, int lowest, int highest) {
    if (!areDigits(at, 2)) {
      return false;
    }
    int value = 10 * (in[at] - '0') + in[at + 1] - '0';
    return value >= lowest && value <= highest;
  }
}
