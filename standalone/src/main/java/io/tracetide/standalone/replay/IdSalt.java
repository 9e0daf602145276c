package io.tracetide.standalone.replay;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A number that is mixed into the ids of a recording, so that each replay has new ids: spans that
 * are sent again under the same ids are duplicates and not counted.
 *
 * <p>Ids are combined with a mask by exclusive or: different ids stay different, and references
 * between spans stay valid.
 *
 * @param value 0 keeps the recorded ids
 */
public record IdSalt(long value) {
  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;
  private static final long BOUND = 1L << 48;

  /** A salt that no other run is likely to have. */
  public static IdSalt random() {
    return new IdSalt(ThreadLocalRandom.current().nextLong(1, BOUND));
  }

  /** The id of a trace under this salt. */
  byte[] traceId(byte[] id) {
    return salted(id, TRACE_ID_BYTES, 1);
  }

  /** The id of a span under this salt. */
  byte[] spanId(byte[] id) {
    return salted(id, SPAN_ID_BYTES, 3);
  }

  /** The same for ids in hexadecimal; other texts are returned unchanged. */
  String traceId(String id) {
    return salted(id, TRACE_ID_BYTES, 1);
  }

  String spanId(String id) {
    return salted(id, SPAN_ID_BYTES, 3);
  }

  private String salted(String id, int length, int stream) {
    if (value == 0 || id.length() != 2 * length) {
      return id;
    }
    try {
      return HexFormat.of().formatHex(salted(HexFormat.of().parseHex(id), length, stream));
    } catch (IllegalArgumentException e) {
      return id; // An invalid id is sent as recorded, so that the receiver validates it.
    }
  }

  private byte[] salted(byte[] id, int length, int stream) {
    if (value == 0 || id.length != length || isZero(id)) {
      return id;
    }
    byte[] salted = id.clone();
    ByteBuffer bytes = ByteBuffer.wrap(salted);
    for (int at = 0; at < length; at += Long.BYTES) {
      bytes.putLong(at, bytes.getLong(at) ^ mix(value * 4 + stream + at / Long.BYTES));
    }
    return isZero(salted) ? id : salted;
  }

  /** An id of zeros means no id. */
  private static boolean isZero(byte[] id) {
    for (byte b : id) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** SplitMix64's finalizer, a bijection that maps neighbouring numbers to unrelated ones. */
  static long mix(long seed) {
    long z = seed + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
