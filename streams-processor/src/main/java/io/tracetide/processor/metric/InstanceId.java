package io.tracetide.processor.metric;

import java.nio.ByteBuffer;

/**
 * Identifies the running totals of one process by a hash of fixed size of its names and tags.
 *
 * <p>It is the first half of a SHA-256, so collisions cannot be constructed.
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
