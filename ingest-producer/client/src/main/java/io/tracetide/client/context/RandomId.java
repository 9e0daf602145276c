package io.tracetide.client.context;

import java.util.concurrent.ThreadLocalRandom;

/** Random ids in the form of W3C Trace Context: lower-case hex, never all zeros. */
public final class RandomId {

  private static final char[] DIGITS = "0123456789abcdef".toCharArray();
  private static final int LONG_DIGITS = 16;

  private RandomId() {}

  public static String trace() {
    char[] hex = new char[2 * LONG_DIGITS];
    write(ThreadLocalRandom.current().nextLong(), hex, 0);
    write(notZero(), hex, LONG_DIGITS);
    return new String(hex);
  }

  public static String span() {
    char[] hex = new char[LONG_DIGITS];
    write(notZero(), hex, 0);
    return new String(hex);
  }

  private static long notZero() {
    long bits = ThreadLocalRandom.current().nextLong();
    return bits == 0 ? 1 : bits;
  }

  private static void write(long bits, char[] hex, int from) {
    for (int i = 0; i < LONG_DIGITS; i++) {
      hex[from + i] = DIGITS[(int) (bits >>> (60 - 4 * i)) & 0xF];
    }
  }
}
