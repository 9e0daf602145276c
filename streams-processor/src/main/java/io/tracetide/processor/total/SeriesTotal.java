package io.tracetide.processor.total;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.sketch.QuantileSketch;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one series of spans since it was first seen. No number in it ever decreases. Not
 * thread-safe.
 *
 * <p>Durations are always in buckets, also few of them: a value that moved from its exact place to
 * the bucket around it could change the side of a bound, and lower the count of a bucket.
 *
 * <p>Format 1 of the bytes: format (1 byte), time of the newest span, time of the oldest span
 * (varints), flags (1); calls, failed calls, shown calls without a failure, sum of durations
 * (numbers); with durations, smallest, largest (numbers) and the buckets; the exemplars that the
 * flags announce, each trace id, duration (double), time (varint).
 */
public final class SeriesTotal {
  private static final byte FORMAT = 1;

  /* Flags. */
  private static final int FRACTIONAL = 1;
  private static final int DURATIONS = 1 << 1;
  private static final int SLOWEST = 1 << 2;
  private static final int ERROR = 1 << 3;
  private static final int TYPICAL = 1 << 4;

  private final long createdMs;
  private long seenMs;
  private double calls;
  private double errors;
  private double unset;
  private double sumMicros;
  private final QuantileSketch durations = new QuantileSketch();
  private @Nullable TotalExemplar slowest;
  private @Nullable TotalExemplar error;
  private @Nullable TotalExemplar typical;

  /**
   * A total without counts.
   *
   * @param createdMs time from which it counts, milliseconds since the epoch
   */
  public SeriesTotal(long createdMs) {
    this.createdMs = createdMs;
    this.seenMs = createdMs;
  }

  /**
   * Adds counts of a window that no call has added before.
   *
   * @param endMs end of the window
   */
  public void add(WindowStats stats, long endMs) {
    calls += Math.max(0, stats.weightedCount());
    errors += Math.max(0, stats.weightedErrors());
    // A span that failed after it was counted moves from one status to the other. The counter of
    // the first waits until it is reached again.
    unset = Math.max(unset, calls - errors);
    sumMicros += Math.max(0, stats.sum());
    durations.merge(stats.sketch());
    if (endMs >= seenMs) {
      seenMs = endMs;
      slowest = exemplar(stats.slowest(), stats.sketch().max(), endMs, slowest);
      error = exemplar(stats.error(), Double.NaN, endMs, error);
      typical = exemplar(stats.typical(), Double.NaN, endMs, typical);
    }
  }

  private static @Nullable TotalExemplar exemplar(
      @Nullable String trace, double micros, long timeMs, @Nullable TotalExemplar before) {
    return trace == null ? before : new TotalExemplar(trace, micros, timeMs);
  }

  /** Time from which the series counts, milliseconds since the epoch. */
  public long createdMs() {
    return createdMs;
  }

  /** End of the newest window with spans, milliseconds since the epoch. */
  public long seenMs() {
    return seenMs;
  }

  /** Failed spans, weighted by sampling. */
  public double errors() {
    return errors;
  }

  /**
   * Spans that did not fail, weighted by sampling. A span that failed after it was counted is still
   * in it, until as many others have been counted.
   */
  public double unset() {
    return unset;
  }

  /** Sum of the durations in microseconds, weighted by sampling. */
  public double sumMicros() {
    return sumMicros;
  }

  /** The durations in microseconds; must not be changed. */
  public QuantileSketch durations() {
    return durations;
  }

  /** The slowest trace of the newest window. */
  public @Nullable TotalExemplar slowest() {
    return slowest;
  }

  /** A failed trace of the newest window with one. */
  public @Nullable TotalExemplar error() {
    return error;
  }

  /** A typical trace of the newest window. */
  public @Nullable TotalExemplar typical() {
    return typical;
  }

  /** The total as bytes. */
  public byte[] toBytes() {
    boolean hasDurations = durations.count() > 0;
    boolean fractional = durations.isFractional();
    ByteWriter out = new ByteWriter();
    out.put(FORMAT);
    out.putVarint(seenMs);
    out.putVarint(createdMs);
    out.put(
        (fractional ? FRACTIONAL : 0)
            | (hasDurations ? DURATIONS : 0)
            | (slowest == null ? 0 : SLOWEST)
            | (error == null ? 0 : ERROR)
            | (typical == null ? 0 : TYPICAL));
    out.putNumber(calls);
    out.putNumber(errors);
    out.putNumber(unset);
    out.putNumber(sumMicros);
    if (hasDurations) {
      out.putNumber(durations.min());
      out.putNumber(durations.max());
      durations.writeBuckets(out, fractional);
    }
    write(slowest, out);
    write(error, out);
    write(typical, out);
    return out.toByteArray();
  }

  private static void write(@Nullable TotalExemplar exemplar, ByteWriter out) {
    if (exemplar != null) {
      out.putText(exemplar.traceId());
      out.putDouble(exemplar.micros());
      out.putVarint(exemplar.timeMs());
    }
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static SeriesTotal fromBytes(byte[] bytes) {
    try {
      ByteBuffer in = open(bytes);
      long seenMs = Varint.read(in);
      SeriesTotal total = new SeriesTotal(Varint.read(in));
      total.seenMs = seenMs;
      total.read(in);
      return total;
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the total of a series is cut short", e);
    }
  }

  private void read(ByteBuffer in) {
    int flags = in.get();
    calls = Varint.readNumber(in);
    errors = Varint.readNumber(in);
    unset = Varint.readNumber(in);
    sumMicros = Varint.readNumber(in);
    if ((flags & DURATIONS) != 0) {
      double min = Varint.readNumber(in);
      double max = Varint.readNumber(in);
      durations.readBuckets(in, (flags & FRACTIONAL) != 0, min, max);
    }
    slowest = (flags & SLOWEST) == 0 ? null : exemplar(in);
    error = (flags & ERROR) == 0 ? null : exemplar(in);
    typical = (flags & TYPICAL) == 0 ? null : exemplar(in);
  }

  private static TotalExemplar exemplar(ByteBuffer in) {
    return new TotalExemplar(Varint.readText(in), in.getDouble(), Varint.read(in));
  }

  /** The {@link #seenMs} of a total in bytes, without reading the rest. */
  static long seenMs(byte[] bytes) {
    return Varint.read(open(bytes));
  }

  private static ByteBuffer open(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte format = in.get();
    if (format != FORMAT) {
      throw new IllegalArgumentException("unknown format of the total of a series: " + format);
    }
    return in;
  }
}
