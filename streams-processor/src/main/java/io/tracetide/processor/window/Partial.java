package io.tracetide.processor.window;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * What one task counted of one series in one base window since its last commit.
 *
 * @param windowStartMs start of the base window
 * @param input partition that the task reads
 * @param inputEventMs newest event time that the task has seen
 * @param stats the counts
 */
public record Partial(long windowStartMs, int input, long inputEventMs, WindowStats stats) {

  private static final byte FORMAT = 1;
  private static final int HEADER_BYTES = 1 + 8 + 4 + 8;

  public byte[] encode() {
    byte[] counts = WindowStatsCodec.encode(stats, 0);
    return ByteBuffer.allocate(HEADER_BYTES + counts.length)
        .put(FORMAT)
        .putLong(windowStartMs)
        .putInt(input)
        .putLong(inputEventMs)
        .put(counts)
        .array();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static Partial decode(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      byte format = in.get();
      if (format != FORMAT) {
        throw new IllegalArgumentException("unknown format of partial counts: " + format);
      }
      return new Partial(
          in.getLong(), in.getInt(), in.getLong(), WindowStatsCodec.decode(in).stats());
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the partial counts are cut short", e);
    }
  }
}
