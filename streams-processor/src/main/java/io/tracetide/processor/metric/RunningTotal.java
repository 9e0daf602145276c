package io.tracetide.processor.metric;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A cumulative sample: the total that one process has counted of one metric since a start. A
 * counter has no buckets.
 */
public final class RunningTotal {

  /** Start of a sample without a start. */
  public static final long NO_START = 0;

  private static final byte FORMAT = 2;

  /** The format without the smallest and the largest observation. */
  private static final byte FORMER_FORMAT = 1;

  private static final int HEADER_BYTES = 1 + 3 * Long.BYTES + 3 * Double.BYTES;

  private final long atMicros;
  private final long startMicros;
  private final double sum;
  private final long[] buckets;
  private final long bounds;
  private final double least;
  private final double greatest;

  /** Whether a start equal to the time of the sample means an unknown start. Not saved. */
  private final boolean cumulative;

  /**
   * A sample whose start is known, even when it is equal to its time.
   *
   * @param atMicros when it was measured, microseconds since the epoch
   * @param startMicros start of the total, microseconds since the epoch; {@link #NO_START} when it
   *     is unknown
   * @param sum total of a counter; sum of the observations of a distribution
   * @param buckets observations by bucket; must not be changed any more
   * @param bounds hash of the buckets' bounds
   */
  public RunningTotal(long atMicros, long startMicros, double sum, long[] buckets, long bounds) {
    this(atMicros, startMicros, sum, buckets, bounds, Double.NaN, Double.NaN, false);
  }

  /**
   * A sample.
   *
   * @param sum total of a counter; sum of the observations of a distribution, NaN when it is
   *     unknown
   * @param least smallest observation since the start; NaN when it is unknown
   * @param greatest largest observation since the start; NaN when it is unknown
   * @param cumulative whether a start equal to the time of the sample means an unknown start, as
   *     OpenTelemetry defines it: the total began some time before
   */
  public RunningTotal(
      long atMicros,
      long startMicros,
      double sum,
      long[] buckets,
      long bounds,
      double least,
      double greatest,
      boolean cumulative) {
    this.atMicros = atMicros;
    this.startMicros = startMicros;
    this.sum = sum;
    this.buckets = buckets;
    this.bounds = bounds;
    this.least = least;
    this.greatest = greatest;
    this.cumulative = cumulative;
  }

  /** When it was measured, microseconds since the epoch. */
  long atMicros() {
    return atMicros;
  }

  /** Total of a counter; sum of the observations of a distribution. */
  public double sum() {
    return sum;
  }

  /**
   * The increase from the previous sample to this one.
   *
   * <p>A later start or a smaller total is a reset: the whole total is new. A first sample counts
   * as a whole if its start is within {@code memoryMicros}; a total with an earlier start may have
   * been counted before and removed, and would be counted twice. A first sample with an unknown
   * start adds nothing; later ones are compared with it.
   *
   * @param before last sample of the same instance; null when there is none
   * @param memoryMicros silence after which samples are no longer compared
   */
  Increase since(@Nullable RunningTotal before, long memoryMicros) {
    if (before == null || atMicros - before.atMicros > memoryMicros) {
      boolean beganInMemory = startMicros != NO_START && startMicros >= atMicros - memoryMicros;
      return beganInMemory ? whole() : Increase.Uncounted.FIRST;
    }
    if (atMicros <= before.atMicros) {
      return Increase.Uncounted.REPEATED;
    }
    boolean bothStarts = startMicros != NO_START && before.startMicros != NO_START;
    if (bothStarts && startMicros < before.startMicros) {
      return Increase.Uncounted.CONFLICTING;
    }
    if (bothStarts && startMicros > before.startMicros) {
      return whole();
    }
    if (buckets.length != before.buckets.length || bounds != before.bounds) {
      return Increase.Uncounted.REBUCKETED;
    }
    return fellBelow(before) ? whole() : difference(before);
  }

  private Increase whole() {
    boolean unknownStart = cumulative && startMicros == atMicros;
    return unknownStart
        ? Increase.Uncounted.FIRST
        : new Increase.Counted(sum, buckets, Extreme.known(least), Extreme.known(greatest));
  }

  /**
   * Whether the total is smaller than before. The sum of a distribution is not compared, because
   * negative observations reduce it.
   */
  private boolean fellBelow(RunningTotal before) {
    if (buckets.length == 0) {
      return sum < before.sum;
    }
    for (int i = 0; i < buckets.length; i++) {
      if (buckets[i] < before.buckets[i]) {
        return true;
      }
    }
    return false;
  }

  private Increase difference(RunningTotal before) {
    long[] more = new long[buckets.length];
    for (int i = 0; i < more.length; i++) {
      more[i] = buckets[i] - before.buckets[i];
    }
    // A new minimum was observed since the previous sample; an unchanged one is only a bound.
    return new Increase.Counted(
        sum - before.sum,
        more,
        least < before.least ? Extreme.known(least) : Extreme.bound(least),
        greatest > before.greatest ? Extreme.known(greatest) : Extreme.bound(greatest));
  }

  public byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + buckets.length * Long.BYTES);
    out.put(FORMAT).putLong(atMicros).putLong(startMicros).putDouble(sum).putLong(bounds);
    out.putDouble(least).putDouble(greatest);
    for (long bucket : buckets) {
      out.putLong(bucket);
    }
    return out.array();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static RunningTotal decode(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      byte format = in.get();
      if (format != FORMAT && format != FORMER_FORMAT) {
        throw new IllegalArgumentException("unknown format of running totals: " + format);
      }
      long at = in.getLong();
      long start = in.getLong();
      double sum = in.getDouble();
      long bounds = in.getLong();
      double least = format == FORMAT ? in.getDouble() : Double.NaN;
      double greatest = format == FORMAT ? in.getDouble() : Double.NaN;
      long[] buckets = new long[in.remaining() / Long.BYTES];
      in.asLongBuffer().get(buckets);
      return new RunningTotal(at, start, sum, buckets, bounds, least, greatest, false);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the running total is cut short", e);
    }
  }
}
