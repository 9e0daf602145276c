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
 */
public final class RowKey {

  /** Maximum of parts of a service in a window. */
  public static final int MOST_PARTS = 1 << 16;

  private static final int START = Long.BYTES;
  private static final int PART = Short.BYTES;

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
