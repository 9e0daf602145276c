package io.tracetide.processor.bytes;

import java.util.Arrays;

/**
 * A sequence of bytes to search for.
 *
 * <p>Horspool's algorithm (Practical fast searching in strings, 1980): the byte at the end of the
 * current position determines how far the pattern is moved, nearly always by its whole length.
 */
public final class BytePattern {

  private final byte[] pattern;
  private final int[] shifts = new int[256];

  /** Compiles a pattern of at least one byte. */
  public BytePattern(byte[] pattern) {
    if (pattern.length == 0) {
      throw new IllegalArgumentException("the pattern is empty");
    }
    this.pattern = pattern.clone();
    Arrays.fill(shifts, pattern.length);
    for (int i = 0; i < pattern.length - 1; i++) {
      shifts[pattern[i] & 0xff] = pattern.length - 1 - i;
    }
  }

  /** Whether the pattern occurs in a part of an array. */
  public boolean isIn(byte[] bytes, int start, int length) {
    int last = pattern.length - 1;
    int end = start + length;
    for (int at = start + last; at < end; at += shifts[bytes[at] & 0xff]) {
      if (bytes[at] == pattern[last] && Arrays.equals(bytes, at - last, at, pattern, 0, last)) {
        return true;
      }
    }
    return false;
  }
}
