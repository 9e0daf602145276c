package io.tracetide.processor.ledger.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.TraceHash;
import java.nio.ByteBuffer;

/**
 * Keys of traces in the stores: the 64-bit hash of the trace (8 bytes, big-endian), tenant, a zero
 * byte, trace id. So a trace can be found by its hash alone.
 */
public final class LedgerKey {

  private LedgerKey() {}

  public static byte[] of(String tenant, String traceId) {
    byte[] owner = tenant.getBytes(UTF_8);
    byte[] id = traceId.getBytes(UTF_8);
    return ByteBuffer.allocate(Long.BYTES + owner.length + 1 + id.length)
        .putLong(TraceHash.ofTrace(tenant, traceId))
        .put(owner)
        .put((byte) 0)
        .put(id)
        .array();
  }

  public static long hash(byte[] key) {
    return ByteBuffer.wrap(key).getLong();
  }

  public static byte[] prefix(long hash) {
    return ByteBuffer.allocate(Long.BYTES).putLong(hash).array();
  }

  /** Tenant of a key. */
  public static String tenant(byte[] key) {
    int end = Long.BYTES;
    while (key[end] != 0) {
      end++;
    }
    return new String(key, Long.BYTES, end - Long.BYTES, UTF_8);
  }

  /** Key of a retained trace: the hour in which it was selected, then the trace's key. */
  public static byte[] kept(long hour, byte[] key) {
    return ByteBuffer.allocate(Long.BYTES + key.length).putLong(hour).put(key).array();
  }
}
