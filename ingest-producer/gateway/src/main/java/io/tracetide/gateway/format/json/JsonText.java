package io.tracetide.gateway.format.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON body as a parser can read it: without the byte order mark that some writers put before it,
 * and with U+FFFD in the place of bytes that are not UTF-8. Protobuf's readers replace those too;
 * one name in Latin-1 must not cost its sender the whole batch.
 *
 * <p>Nearly every body is read where it lies, after one pass over it in steps of eight bytes.
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public record JsonText(byte[] bytes, int from, int length) {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** The highest bit of each byte: set where a byte is not ASCII. */
  private static final long HIGH_BITS = 0x8080808080808080L;

  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

  /**
   * Makes a body readable.
   *
   * @param most bytes that a body may have after it was mended
   * @return null when it would have more
   */
  static @Nullable JsonText of(byte[] body, int from, int length, int most) {
    int begin = startsWithMark(body, from, length) ? from + MARK.length : from;
    int end = from + length;
    int bad = firstBad(body, begin, end);
    if (bad == end) {
      return new JsonText(body, begin, end - begin);
    }
    long size = mendedLength(body, begin, end, bad);
    if (size > most) {
      return null;
    }
    return new JsonText(mended(body, begin, end, bad, (int) size), 0, (int) size);
  }

  private static boolean startsWithMark(byte[] body, int from, int length) {
    return length >= MARK.length
        && Arrays.equals(body, from, from + MARK.length, MARK, 0, MARK.length);
  }

  /** Where the first byte lies, at or after {@code at}, that is not UTF-8; the end if none. */
  private static int firstBad(byte[] body, int at, int end) {
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

  private static long mendedLength(byte[] body, int begin, int end, int firstBad) {
    long size = (long) end - begin;
    for (int bad = firstBad; bad < end; ) {
      int length = -sequence(body, bad, end);
      size += REPLACEMENT.length - length;
      bad = firstBad(body, bad + length, end);
    }
    return size;
  }

  private static byte[] mended(byte[] body, int begin, int end, int firstBad, int size) {
    byte[] mended = new byte[size];
    int written = 0;
    int good = begin;
    for (int bad = firstBad; bad < end; bad = firstBad(body, good, end)) {
      System.arraycopy(body, good, mended, written, bad - good);
      written += bad - good;
      System.arraycopy(REPLACEMENT, 0, mended, written, REPLACEMENT.length);
      written += REPLACEMENT.length;
      good = bad - sequence(body, bad, end);
    }
    System.arraycopy(body, good, mended, written, end - good);
    return mended;
  }

  /**
   * Bytes of the character at a place, negative when they are none: then as many as one U+FFFD
   * stands for, which is the beginning of a character as far as it goes.
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

  /** Neither longer than it need be, nor half of a surrogate pair, nor beyond Unicode. */
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
