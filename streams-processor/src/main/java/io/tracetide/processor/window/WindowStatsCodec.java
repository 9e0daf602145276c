package io.tracetide.processor.window;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import io.tracetide.processor.window.sketch.QuantileSketch;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes window counts as bytes, for state stores, partial counts and peers.
 *
 * <p>Most counts are of one or a few spans, so these are the shortest: one value is written once,
 * not as a sketch, and a trace id of 32 hexadecimal digits as 16 bytes.
 */
public final class WindowStatsCodec {

  /** Version of the format; messages of peers with another version are rejected. */
  public static final byte FORMAT = 3;

  /** The format without {@link ValueFacts}; stores may still contain it. */
  private static final byte FORMER_FORMAT = 2;

  /* Flags of the first byte. */
  private static final int WEIGHTED = 1;
  private static final int FRACTIONAL = 1 << 1;
  private static final int ERRORS = 1 << 2;

  /** There is one value: it is the sum, the smallest and the largest at once. */
  private static final int SINGLE = 1 << 3;

  private static final int SLOWEST = 1 << 4;
  private static final int ERROR_TRACE = 1 << 5;
  private static final int TYPICAL = 1 << 6;

  /** The typical trace is the slowest one. */
  private static final int TYPICAL_IS_SLOWEST = 1 << 7;

  /** Both flags together, which exclude each other, mark that a second byte of flags follows. */
  private static final int MORE_FLAGS = SINGLE | FRACTIONAL;

  /* Flags of the second byte: those two, and that facts of a metric follow at the end. */
  private static final int MORE_SINGLE = 1;
  private static final int MORE_FRACTIONAL = 1 << 1;
  private static final int FACTS = 1 << 2;

  private WindowStatsCodec() {}

  /**
   * Stored counts.
   *
   * @param revision how often the window was published again because late spans arrived
   */
  public record Stored(WindowStats stats, int revision) {}

  /**
   * Counts and the sum, without the distribution.
   *
   * @param count number of spans, weighted by sampling
   * @param errors number of failed spans, weighted by sampling
   * @param sum of the values
   */
  public record Totals(double count, double errors, double sum) {}

  public static byte[] encode(WindowStats stats, int revision) {
    ByteWriter out = new ByteWriter();
    encode(stats, revision, out);
    return out.toByteArray();
  }

  static void encode(WindowStats stats, int revision, ByteWriter out) {
    out.put(FORMAT);
    out.putVarint(revision);
    write(stats, out);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static Stored decode(byte[] bytes) {
    WindowStats stats = new WindowStats();
    return new Stored(stats, addTo(stats, bytes, 0, bytes.length));
  }

  /**
   * Adds what {@link #encode} wrote to other counts, and returns its revision.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static int addTo(WindowStats stats, byte[] bytes, int start, int length) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes, start, length);
      byte format = in.get();
      if (format != FORMAT && format != FORMER_FORMAT) {
        throw new IllegalArgumentException("unknown format of window counts: " + format);
      }
      int revision = (int) Varint.read(in);
      addTo(stats, in);
      return revision;
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the window counts are cut short", e);
    }
  }

  /**
   * Reads the counts of what {@link #encode} wrote, at a fraction of the cost of {@link #decode}.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static Totals totals(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      byte format = in.get();
      if (format != FORMAT && format != FORMER_FORMAT) {
        throw new IllegalArgumentException("unknown format of window counts: " + format);
      }
      Varint.read(in);
      int flags = in.get();
      if ((flags & MORE_FLAGS) == MORE_FLAGS) {
        in.get();
      }
      double count = Varint.read(in);
      double errors = (flags & ERRORS) != 0 ? Varint.read(in) : 0;
      if ((flags & WEIGHTED) != 0) {
        count = in.getDouble();
        errors = in.getDouble();
      }
      return new Totals(count, errors, Varint.readNumber(in));
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the window counts are cut short", e);
    }
  }

  /** Writes the counts without a header, for a container that has its own format. */
  static void write(WindowStats stats, ByteWriter out) {
    byte @Nullable [] slowest = stats.slowestTrace();
    byte @Nullable [] typical = stats.typicalTrace();
    QuantileSketch sketch = stats.sketch();
    boolean weighted =
        stats.weightedCount() != stats.count() || stats.weightedErrors() != stats.errors();
    boolean single = !weighted && sketch.isSingle(stats.sum());
    boolean fractional = !single && sketch.isFractional();
    boolean sameTypical = typical != null && Arrays.equals(typical, slowest);
    @Nullable ValueFacts facts = stats.valueFacts();
    int flags =
        (weighted ? WEIGHTED : 0)
            | (stats.errors() > 0 ? ERRORS : 0)
            | (facts != null ? MORE_FLAGS : (fractional ? FRACTIONAL : 0) | (single ? SINGLE : 0))
            | (slowest != null ? SLOWEST : 0)
            | (stats.errorTrace() != null ? ERROR_TRACE : 0)
            | (sameTypical ? TYPICAL_IS_SLOWEST : typical != null ? TYPICAL : 0);
    out.put(flags);
    if (facts != null) {
      out.put(FACTS | (single ? MORE_SINGLE : 0) | (fractional ? MORE_FRACTIONAL : 0));
    }
    out.putVarint(stats.count());
    if (stats.errors() > 0) {
      out.putVarint(stats.errors());
    }
    if (weighted) {
      out.putDouble(stats.weightedCount());
      out.putDouble(stats.weightedErrors());
    }
    out.putNumber(stats.sum());
    if (!single) {
      // 0 for nothing, 1 for buckets, else one more than the number of values.
      if (sketch.count() == 0) {
        out.putVarint(0);
      } else if (sketch.isSmall()) {
        sketch.writeValues(out);
      } else {
        out.putVarint(1);
        out.putNumber(sketch.min());
        out.putNumber(sketch.max());
        sketch.writeBuckets(out, fractional);
      }
    }
    write(slowest, out);
    write(stats.errorTrace(), out);
    write(sameTypical ? null : typical, out);
    if (facts != null) {
      facts.write(out);
    }
  }

  /** Writes the same as {@link #write} for one span of weight 1 and its encoded trace. */
  static void writeOne(
      double value, boolean failed, byte[] traces, int start, int length, ByteWriter out) {
    out.put(SINGLE | SLOWEST | TYPICAL_IS_SLOWEST | (failed ? ERRORS | ERROR_TRACE : 0));
    out.putVarint(1);
    if (failed) {
      out.putVarint(1);
    }
    out.putNumber(value);
    out.put(traces, start, length);
    if (failed) {
      out.put(traces, start, length);
    }
  }

  /** Writes a trace, or nothing when there is none; the flags contain which exist. */
  private static void write(byte @Nullable [] trace, ByteWriter out) {
    if (trace != null) {
      out.put(trace);
    }
  }

  /** Adds counts that {@link #write} wrote to others, and advances the buffer. */
  static void addTo(WindowStats stats, ByteBuffer in) {
    int flags = in.get();
    boolean more = (flags & MORE_FLAGS) == MORE_FLAGS;
    int moreFlags = more ? in.get() : 0;
    boolean single = more ? (moreFlags & MORE_SINGLE) != 0 : (flags & SINGLE) != 0;
    boolean fractional = more ? (moreFlags & MORE_FRACTIONAL) != 0 : (flags & FRACTIONAL) != 0;
    long count = Varint.read(in);
    long errors = (flags & ERRORS) != 0 ? Varint.read(in) : 0;
    boolean weighted = (flags & WEIGHTED) != 0;
    double weightedCount = weighted ? in.getDouble() : count;
    double weightedErrors = weighted ? in.getDouble() : errors;
    double sum = Varint.readNumber(in);
    double largest = Double.NEGATIVE_INFINITY;
    if (single) {
      stats.sketch().add(sum, 1);
      largest = sum;
    } else {
      long form = Varint.read(in);
      if (form > 1) {
        largest = stats.sketch().readValues(in, form);
      } else if (form == 1) {
        double smallest = Varint.readNumber(in);
        largest = Varint.readNumber(in);
        stats.sketch().readBuckets(in, fractional, smallest, largest);
      }
    }
    stats.add(count, weightedCount, errors, weightedErrors, sum);
    byte @Nullable [] slowest = (flags & SLOWEST) != 0 ? TraceIdCodec.read(in) : null;
    byte @Nullable [] error = (flags & ERROR_TRACE) != 0 ? TraceIdCodec.read(in) : null;
    byte @Nullable [] typical =
        (flags & TYPICAL_IS_SLOWEST) != 0
            ? slowest
            : (flags & TYPICAL) != 0 ? TraceIdCodec.read(in) : null;
    stats.mergeExemplars(slowest, largest, error, typical);
    if ((moreFlags & FACTS) != 0) {
      stats.mergeFacts(ValueFacts.read(in));
    }
  }
}
