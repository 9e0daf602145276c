package io.tracetide.processor.metric;

import java.nio.ByteBuffer;

/**
 * Tells the running totals of one process from all others, in a size that does not depend on how
 * much its names and tags say.
 *
 * <p>It is the first half of a SHA-256, so nobody can make two on purpose that are the same.
 */
public record InstanceId(long high, long low) {

  private static final int BYTES = 2 * Long.BYTES;

  public byte[] encode() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when the bytes are something else
   */
  public static InstanceId decode(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("not the id of an instance: " + bytes.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new InstanceId(in.getLong(), in.getLong());
  }
}
