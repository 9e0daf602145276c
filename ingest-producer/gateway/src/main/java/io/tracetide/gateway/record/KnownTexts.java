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
 * Texts that come again and again, such as names of operations and values like {@code GET}: each is
 * made into a string, and looked at for personal data, only once.
 *
 * <p>A table of fixed size, in which the newest takes the place of the one before it. A text is
 * kept when it comes a second time, so that what is different each time drives nothing out, and
 * only if it is short, plain and names nobody. Written and read by all threads as they come: what
 * is kept is immutable, and what is lost is made anew.
 */
public final class KnownTexts {

  /** Longest text that is kept, in characters. */
  static final int LONGEST = 64;

  private static final int PLACES = 4_096;
  private static final long ODD = 0x9E3779B97F4A7C15L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Masker masker;
  private final @Nullable Known[] places = new Known[PLACES];
  private final long[] cameOnce = new long[PLACES];

  /** By their own hash: whether a string is one of ours is one comparison. */
  private final @Nullable String[] ours = new String[PLACES];

  /** A text that is known by its ASCII. */
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

  /** Starts on the texts of one request. */
  public Reading reading() {
    return new Reading();
  }

  /** Whether the text is known to be plain and to name nobody. */
  boolean isHarmless(String text) {
    return text.length() <= LONGEST && text.equals(ours[text.hashCode() & (PLACES - 1)]);
  }

  /** The texts of one request. Used by one thread. */
  public final class Reading {

    // A text is judged right after it was read, mostly: then nothing has to be looked up again.
    private String last = "";
    private boolean lastHarmless;

    private Reading() {}

    /** The text of these bytes of UTF-8; those that are not UTF-8 become U+FFFD. */
    public String of(byte[] bytes, int from, int length) {
      if (length > LONGEST) {
        return fresh(new String(bytes, from, length, StandardCharsets.UTF_8));
      }
      long hash = hash(bytes, from, length);
      int place = place(hash);
      Known known = places[place];
      return known != null
              && Arrays.equals(known.ascii, 0, known.ascii.length, bytes, from, from + length)
          ? again(known)
          : fresh(place, hash, new String(bytes, from, length, StandardCharsets.UTF_8));
    }

    /** Whether the text is known to be plain and to name nobody. */
    @SuppressWarnings("ReferenceEquality") // Only the very string that was read last.
    boolean isHarmless(String text) {
      return text == last ? lastHarmless : KnownTexts.this.isHarmless(text);
    }

    private String again(Known known) {
      last = known.text;
      lastHarmless = true;
      return known.text;
    }

    private String fresh(int place, long hash, String text) {
      if (cameOnce[place] == hash) {
        keep(place, text);
      } else {
        cameOnce[place] = hash;
      }
      return fresh(text);
    }

    private String fresh(String text) {
      last = text;
      lastHarmless = false;
      return text;
    }
  }

  private void keep(int place, String text) {
    if (TextStats.isPlain(TextStats.of(text)) && masker.mask(text).equals(text)) {
      places[place] = new Known(text.getBytes(StandardCharsets.US_ASCII), text);
      ours[text.hashCode() & (PLACES - 1)] = text;
    }
  }

  private static int place(long hash) {
    return (int) (hash >>> 32) & (PLACES - 1);
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
