package io.tracetide.processor.bytes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * 64-bit hashes of traces and spans. Among ten million hashes the probability of a collision is 3
 * in a million, so they are used as identifiers.
 */
public final class TraceHash {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long FACTOR = 0x9e3779b97f4a7c15L;
  private static final byte[] DEFAULT_TENANT = "default".getBytes(UTF_8);

  private TraceHash() {}

  /** Hash of a trace. */
  public static long ofTrace(String tenant, String traceId) {
    byte[] owner = tenant.getBytes(UTF_8);
    byte[] id = traceId.getBytes(UTF_8);
    return ofTrace(owner, 0, owner.length, id, 0, id.length);
  }

  public static long ofTrace(
      byte[] tenant, int tenantAt, int tenantLength, byte[] id, int idAt, int idLength) {
    long owner =
        tenantLength == 0
            ? mix(1, DEFAULT_TENANT, 0, DEFAULT_TENANT.length)
            : mix(1, tenant, tenantAt, tenantLength);
    return mix(owner, id, idAt, idLength);
  }

  /** Hash of bytes. */
  public static long ofBytes(byte[] bytes) {
    return ofBytes(bytes, 0, bytes.length);
  }

  public static long ofBytes(byte[] bytes, int start, int length) {
    return mix(2, bytes, start, length);
  }

  /** Hash of a text within a parent of this hash. */
  public static long ofText(long within, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return mix(within, bytes, 0, bytes.length);
  }

  /* Eight bytes at a time. The length is included, so that other parts give other hashes. */
  public static long mix(long seed, byte[] bytes, int start, int length) {
    long hash = (seed ^ length) * FACTOR;
    int end = start + length;
    int at = start;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = mix(hash, (long) LONGS.get(bytes, at));
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = rest << 8 | (bytes[at] & 0xff);
    }
    return mix(hash, rest);
  }

  /**
   * Slot of a hash in a table.
   *
   * @param places number of slots, a power of two
   */
  public static int place(long hash, int places) {
    return (int) (hash ^ (hash >>> 32)) & (places - 1);
  }

  /** Combines a hash with a number. */
  public static long mix(long hash, long value) {
    long mixed = (hash ^ value) * FACTOR;
    mixed ^= mixed >>> 32;
    mixed *= 0xd6e8feb86659fd93L;
    return mixed ^ (mixed >>> 29);
  }
}
