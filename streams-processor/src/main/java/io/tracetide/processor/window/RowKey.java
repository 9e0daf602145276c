package io.tracetide.processor.window;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The key of one row of a window store: a service in a window, or a part of it when it has very
 * many series.
 *
 * <p>Start of the window (8 bytes, big-endian), tenant and service as {@link SeriesCodec} writes
 * them, number of the part (2 bytes). So the rows of a window are adjacent, and within a window
 * those of a tenant.
 *
 * <p>The store also has the total of each service in each window: the merge of its operations. The
 * key of a total is a byte that follows all rows, tenant and service, so that the totals of a
 * service are adjacent and ordered by window.
 */
public final class RowKey {

  /** Maximum of parts of a service in a window. */
  public static final int MOST_PARTS = 1 << 16;

  private static final int START = Long.BYTES;
  private static final int PART = Short.BYTES;

  /** Begins the keys of totals. The first byte of a time is less. */
  private static final byte TOTAL = (byte) 0xFF;

  private RowKey() {}

  /**
   * A row's key.
   *
   * @param series contains tenant and service in its first {@code prefix} bytes
   */
  public static byte[] of(long startMs, byte[] series, int prefix, int part) {
    return ByteBuffer.allocate(START + prefix + PART)
        .putLong(startMs)
        .put(series, 0, prefix)
        .putShort((short) part)
        .array();
  }

  /**
   * The key of a service's total, which is the same in each window.
   *
   * @param series contains tenant and service in its first {@code prefix} bytes
   */
  public static byte[] ofTotal(byte[] series, int prefix) {
    return ByteBuffer.allocate(1 + prefix).put(TOTAL).put(series, 0, prefix).array();
  }

  /** Lower bound of the keys of all rows whose tenant and service begin with the prefix. */
  public static byte[] from(long startMs, byte[] prefix) {
    return ByteBuffer.allocate(START + prefix.length).putLong(startMs).put(prefix).array();
  }

  /** Lower bound of the keys of all rows of a window. */
  public static byte[] from(long startMs) {
    return from(startMs, new byte[0]);
  }

  public static long startMs(byte[] row) {
    return ByteBuffer.wrap(row).getLong();
  }

  /** Tenant and service, as series keys begin. */
  public static byte[] prefix(byte[] row) {
    return Arrays.copyOfRange(row, START, row.length - PART);
  }

  /** Compares tenant and service of two rows. */
  public static int compareServices(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, START, a.length - PART, b, START, b.length - PART);
  }
}
