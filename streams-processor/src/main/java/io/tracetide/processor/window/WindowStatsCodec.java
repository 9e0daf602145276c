package io.tracetide.processor.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Window counts as values of state stores and of the topic of partial counts. */
public final class WindowStatsCodec {

  private static final byte FORMAT = 1;
  private static final int FLAG_WEIGHTED = 1;

  private WindowStatsCodec() {}

  /**
   * Counts as they were stored.
   *
   * @param revision how often the window was published again because late work arrived
   */
  public record Stored(WindowStats stats, int revision) {}

  public static byte[] encode(WindowStats stats, int revision) {
    byte[] slowest = bytes(stats.slowest());
    byte[] error = bytes(stats.error());
    byte[] typical = bytes(stats.typical());
    ByteBuffer out =
        ByteBuffer.allocate(
            96 + slowest.length + error.length + typical.length + stats.sketch().maxEncodedBytes());
    boolean weighted =
        stats.weightedCount() != stats.count() || stats.weightedErrors() != stats.errors();
    out.put(FORMAT).put((byte) (weighted ? FLAG_WEIGHTED : 0));
    Varint.write(out, revision);
    Varint.write(out, stats.count());
    Varint.write(out, stats.errors());
    if (weighted) {
      out.putDouble(stats.weightedCount()).putDouble(stats.weightedErrors());
    }
    out.putDouble(stats.sum());
    write(out, slowest);
    write(out, error);
    write(out, typical);
    stats.sketch().write(out);
    byte[] encoded = new byte[out.position()];
    out.flip().get(encoded);
    return encoded;
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static Stored decode(byte[] bytes) {
    return decode(ByteBuffer.wrap(bytes));
  }

  static Stored decode(ByteBuffer in) {
    try {
      byte format = in.get();
      if (format != FORMAT) {
        throw new IllegalArgumentException("unknown format of window counts: " + format);
      }
      boolean weighted = (in.get() & FLAG_WEIGHTED) != 0;
      int revision = (int) Varint.read(in);
      long count = Varint.read(in);
      long errors = Varint.read(in);
      double weightedCount = weighted ? in.getDouble() : count;
      double weightedErrors = weighted ? in.getDouble() : errors;
      double sum = in.getDouble();
      String slowest = readString(in);
      String error = readString(in);
      String typical = readString(in);
      QuantileSketch sketch = QuantileSketch.read(in);
      return new Stored(
          WindowStats.restore(
              count, weightedCount, errors, weightedErrors, sum, sketch, slowest, error, typical),
          revision);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the window counts are cut short", e);
    }
  }

  private static byte[] bytes(@Nullable String text) {
    return text == null ? new byte[0] : text.getBytes(UTF_8);
  }

  private static void write(ByteBuffer out, byte[] text) {
    Varint.write(out, text.length);
    out.put(text);
  }

  private static @Nullable String readString(ByteBuffer in) {
    int length = (int) Varint.read(in);
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    if (length == 0) {
      return null;
    }
    String text = new String(in.array(), in.arrayOffset() + in.position(), length, UTF_8);
    in.position(in.position() + length);
    return text;
  }
}
