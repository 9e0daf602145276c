package io.tracetide.processor.event;

import java.util.Arrays;

/**
 * A sequence of bytes to look for in others.
 *
 * <p>Horspool's algorithm (Practical fast searching in strings, 1980): the byte below the end of
 * the pattern says how far it can be moved, which is nearly always by its whole length.
 */
public final class BytePattern {

  private final byte[] pattern;
  private final int[] shifts = new int[256];

  /** Looks for these bytes, of which there is at least one. */
  public BytePattern(byte[] pattern) {
    if (pattern.length == 0) {
      throw new IllegalArgumentException("nothing to look for");
    }
    this.pattern = pattern.clone();
    Arrays.fill(shifts, pattern.length);
    for (int i = 0; i < pattern.length - 1; i++) {
      shifts[pattern[i] & 0xff] = pattern.length - 1 - i;
    }
  }

  /** Whether they are somewhere in a part of an array. */
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
