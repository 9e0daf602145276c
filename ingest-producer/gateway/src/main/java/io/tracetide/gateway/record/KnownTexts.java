package io.tracetide.gateway.record;

import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.TextStats;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cache of repeated texts, such as operation names and values like {@code GET}: each is decoded to
 * a string, and searched for personal data, only once.
 *
 * <p>A direct-mapped table of fixed size. A text is cached at its second occurrence, so that unique
 * texts do not evict others, and only if it is short, plain ASCII and without personal data.
 * Threads read and write it without synchronisation: entries are immutable, and a lost one is
 * recreated.
 */
public final class KnownTexts {

  /** Longest cached text, in characters. */
  static final int MAX_LENGTH = 64;

  private static final int SLOTS = 4_096;
  private static final long ODD = 0x9E3779B97F4A7C15L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Masker masker;
  private final @Nullable Known[] slots = new Known[SLOTS];
  private final long[] seenOnce = new long[SLOTS];

  /** The cached strings by {@link String#hashCode}: a lookup is one comparison. */
  private final @Nullable String[] cached = new String[SLOTS];

  /** A text and its ASCII bytes. */
  private static final class Known {
    private final byte[] ascii;
    private final String text;

    Known(byte[] ascii, String text) {
      this.ascii = ascii;
      this.text = text;
    }
  }

  public KnownTexts(Masker masker) {
    this.masker = masker;
  }

  /** A reader for the texts of one request. */
  public Reading reading() {
    return new Reading();
  }

  /** Whether the text is cached, and so plain and without personal data. */
  boolean isHarmless(String text) {
    return text.length() <= MAX_LENGTH && text.equals(cached[text.hashCode() & (SLOTS - 1)]);
  }

  /** Reads the texts of one request. Used by one thread. */
  public final class Reading {

    // A text is usually checked right after it was read; then no second lookup is needed.
    private String last = "";
    private boolean lastHarmless;

    private Reading() {}

    /** The text of these bytes of UTF-8; those that are not UTF-8 become U+FFFD. */
    public String of(byte[] bytes, int from, int length) {
      if (length > MAX_LENGTH) {
        return fresh(new String(bytes, from, length, StandardCharsets.UTF_8));
      }
      long hash = hash(bytes, from, length);
      int slot = slot(hash);
      Known known = slots[slot];
      return known != null
              && Arrays.equals(known.ascii, 0, known.ascii.length, bytes, from, from + length)
          ? again(known)
          : fresh(slot, hash, new String(bytes, from, length, StandardCharsets.UTF_8));
    }

    /** Whether the text is cached, and so plain and without personal data. */
    @SuppressWarnings("ReferenceEquality") // Only the very string that was read last.
    boolean isHarmless(String text) {
      return text == last ? lastHarmless : KnownTexts.this.isHarmless(text);
    }

    private String again(Known known) {
      last = known.text;
      lastHarmless = true;
      return known.text;
    }

    private String fresh(int slot, long hash, String text) {
      if (seenOnce[slot] == hash) {
        keep(slot, text);
      } else {
        seenOnce[slot] = hash;
      }
      return fresh(text);
    }

    private String fresh(String text) {
      last = text;
      lastHarmless = false;
      return text;
    }
  }

  private void keep(int slot, String text) {
    if (TextStats.isPlain(TextStats.of(text)) && masker.mask(text).equals(text)) {
      slots[slot] = new Known(text.getBytes(StandardCharsets.US_ASCII), text);
      cached[text.hashCode() & (SLOTS - 1)] = text;
    }
  }

  private static int slot(long hash) {
    return (int) (hash >>> 32) & (SLOTS - 1);
  }

  private static long hash(byte[] bytes, int from, int length) {
    long hash = length;
    int at = from;
    for (int end = from + length - Long.BYTES; at <= end; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(bytes, at)) * ODD;
      hash ^= hash >>> 29;
    }
    long rest = 0;
    for (; at < from + length; at++) {
      rest = rest << Byte.SIZE | (bytes[at] & 0xFF);
    }
    hash = (hash ^ rest) * ODD;
    return (hash ^ hash >>> 29) * ODD;
  }
}
