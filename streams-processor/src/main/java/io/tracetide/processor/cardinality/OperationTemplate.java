package io.tracetide.processor.cardinality;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The template of an operation's name: text that differs from call to call becomes a placeholder,
 * so that {@code GET /orders/4711?full=1} and {@code GET /orders/4712} are one operation, {@code
 * GET /orders/{id}}.
 *
 * <p>It reads UTF-8 in place and reuses its buffers, so it is not thread-safe. The template of a
 * template is itself; it has at most two and a half times the bytes of the name, and four more.
 *
 * <table>
 * <caption>Placeholders</caption>
 * <tr><th>placeholder</th><th>replaces</th></tr>
 * <tr><td>{@code {id}}</td><td>a number that is a whole word, or a part of a word with four digits or more; a ULID; 16 or more letters and digits, a sixth of them digits, in three places or
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
public final class OperationTemplate extends NameText {

  /*
   * Placeholders are written as OpenTelemetry's conventions write them in span names and in
   * http.route ("GET /users/{id}"), after RFC 6570.
   *
   * A name is read as words, ended by spaces, slashes, brackets, quotes, colons and the like, and
   * words as parts, joined by - _ . @ +. A number is taken for an id when it is a whole word, or a
   * part of four digits or more; a mixture of letters and digits, such as v1, http2, md5 and
   * user12, is a name unless it is long and looks random. So versions, gRPC methods, SQL with ? for
   * its parameters, and class names are left alone. Bytes above 127 count as letters.
   *
   * All that can be replaced contains a digit or an @, and all that is cut off begins with ? or #.
   * A name without any of these four characters, which is nearly every one, is scanned once.
   * Otherwise passes are made until nothing more is found: each removes at least one of the four
   * characters and adds none, so they end, and the template of the result is the result itself.
   */

  private static final byte[] ID = "{id}".getBytes(US_ASCII);
  private static final byte[] UUID = "{uuid}".getBytes(US_ASCII);
  private static final byte[] HEX = "{hex}".getBytes(US_ASCII);
  private static final byte[] EMAIL = "{email}".getBytes(US_ASCII);
  private static final byte[] DATE = "{date}".getBytes(US_ASCII);
  private static final byte[] IP = "{ip}".getBytes(US_ASCII);

  /** Minimum of digits of an id within a word: shorter numbers are steps, sizes or versions. */
  private static final int LONG_NUMBER = 4;

  private static final int LONG_HEX = 8;
  private static final int LONG_MIXTURE = 16;

  /** Output of the last pass that changed the name. */
  private byte[] template = new byte[256];

  private int length;

  /** Output of the current pass. */
  private byte[] out = new byte[256];

  private int written;

  /** Replacement of the variable part that was found last. */
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
   * Computes the template of a name; true when it differs from the name. The template is then in
   * the first {@link #length} bytes of {@link #array} until the next call.
   */
  public boolean rewrite(byte[] bytes, int from, int count) {
    int kinds = kinds(bytes, from, from + count);
    return (kinds & SUSPECT) != 0 && rewriteSuspect(bytes, from, from + count, kinds);
  }

  /** Union of the classes of all bytes. */
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

  /** Replaces the variable parts; false when there are none, and then nothing is written. */
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

  /** Whether a part without a digit may begin a variable part that continues after it. */
  private boolean mayGoOn(int at, int partEnd) {
    int count = partEnd - at;
    return (count == 8 && is(partEnd, '-')) || (count <= 4 && is(partEnd, ':'));
  }

  /**
   * Looks for a variable part that begins at a part of a word.
   *
   * @return its end, with its {@link #placeholder} set; {@code at} when there is none
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

  /** Looks for variable parts that contain joints or colons. */
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
}
