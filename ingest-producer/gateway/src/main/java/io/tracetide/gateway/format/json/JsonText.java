package io.tracetide.gateway.format.json;

import io.tracetide.gateway.record.Payload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Removes the byte order mark of a JSON body and replaces bytes that are not UTF-8 by U+FFFD, as
 * readers of Protobuf do: one name in Latin-1 must not make a whole batch malformed.
 *
 * <p>A valid body is not copied. It is checked in one pass, eight bytes of ASCII at a time.
 */
final class JsonText {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** The highest bit of each byte: set where a byte is not ASCII. */
  private static final long HIGH_BITS = 0x8080808080808080L;

  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

  private JsonText() {}

  /**
   * The body in valid UTF-8.
   *
   * @param maxBytes limit of the result
   * @return null when the result would be larger
   */
  static @Nullable Payload of(Payload body, int maxBytes) {
    byte[] bytes = body.bytes();
    int begin =
        startsWithMark(bytes, body.from(), body.length()) ? body.from() + MARK.length : body.from();
    int end = body.from() + body.length();
    int invalid = firstInvalid(bytes, begin, end);
    if (invalid == end) {
      return new Payload(bytes, begin, end - begin);
    }
    long size = repairedLength(bytes, begin, end, invalid);
    return size > maxBytes ? null : Payload.of(repaired(bytes, begin, end, invalid, (int) size));
  }

  private static boolean startsWithMark(byte[] body, int from, int length) {
    return length >= MARK.length
        && Arrays.equals(body, from, from + MARK.length, MARK, 0, MARK.length);
  }

  /** Position of the first byte at or after {@code at} that is not UTF-8; the end if none. */
  private static int firstInvalid(byte[] body, int at, int end) {
    int i = at;
    while (i < end) {
      if (i + Long.BYTES <= end && ((long) LONGS.get(body, i) & HIGH_BITS) == 0) {
        i += Long.BYTES;
        continue;
      }
      int length = sequence(body, i, end);
      if (length < 0) {
        return i;
      }
      i += length;
    }
    return end;
  }

  private static long repairedLength(byte[] body, int begin, int end, int firstInvalid) {
    long size = (long) end - begin;
    for (int invalid = firstInvalid; invalid < end; ) {
      int length = -sequence(body, invalid, end);
      size += REPLACEMENT.length - length;
      invalid = firstInvalid(body, invalid + length, end);
    }
    return size;
  }

  private static byte[] repaired(byte[] body, int begin, int end, int firstInvalid, int size) {
    byte[] repaired = new byte[size];
    int written = 0;
    int good = begin;
    for (int invalid = firstInvalid; invalid < end; invalid = firstInvalid(body, good, end)) {
      System.arraycopy(body, good, repaired, written, invalid - good);
      written += invalid - good;
      System.arraycopy(REPLACEMENT, 0, repaired, written, REPLACEMENT.length);
      written += REPLACEMENT.length;
      good = invalid - sequence(body, invalid, end);
    }
    System.arraycopy(body, good, repaired, written, end - good);
    return repaired;
  }

  /**
   * Length of the character at a position. Negative for an invalid sequence: the number of bytes
   * that one U+FFFD replaces, which is the longest valid beginning of a character (Unicode, 3.9).
   */
  private static int sequence(byte[] body, int at, int end) {
    int first = body[at] & 0xFF;
    if (first < 0x80) {
      return 1;
    }
    int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4) {
      return -1;
    }
    if (at + 1 == end || !isSecond(first, body[at + 1] & 0xFF)) {
      return -1;
    }
    for (int i = 2; i < length; i++) {
      if (at + i == end || (body[at + i] & 0xC0) != 0x80) {
        return -i;
      }
    }
    return length;
  }

  /** Excludes overlong forms, surrogates, and code points above U+10FFFF. */
  private static boolean isSecond(int first, int second) {
    return switch (first) {
      case 0xE0 -> second >= 0xA0 && second <= 0xBF;
      case 0xED -> second >= 0x80 && second <= 0x9F;
      case 0xF0 -> second >= 0x90 && second <= 0xBF;
      case 0xF4 -> second >= 0x80 && second <= 0x8F;
      default -> second >= 0x80 && second <= 0xBF;
    };
  }
}
