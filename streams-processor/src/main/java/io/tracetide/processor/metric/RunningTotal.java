package io.tracetide.processor.metric;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Everything one process has counted of one metric since a start, as a sample reports it. A counter
 * has no buckets.
 */
public final class RunningTotal {

  /** Of a sample that does not say since when it counts. */
  public static final long NO_START = 0;

  private static final byte FORMAT = 2;

  /** The same without the smallest and the largest observation. */
  private static final byte FORMER_FORMAT = 1;

  private static final int HEADER_BYTES = 1 + 3 * Long.BYTES + 3 * Double.BYTES;

  private final long atMicros;
  private final long startMicros;
  private final double sum;
  private final long[] buckets;
  private final long bounds;
  private final double least;
  private final double greatest;

  /**
   * Whether a start that is the time of the sample is an unknown one. Of the newest sample only.
   */
  private final boolean cumulative;

  /**
   * A sample of which a start that is its own time is a start like any other.
   *
   * @param atMicros when it was measured, microseconds since the epoch
   * @param startMicros since when it is counted, microseconds since the epoch; {@link #NO_START}
   *     when the sample does not say
   * @param sum total of a counter; sum of the observations of a distribution
   * @param buckets observations by bucket; not to be written to any more
   * @param bounds hash of the buckets' bounds
   */
  public RunningTotal(long atMicros, long startMicros, double sum, long[] buckets, long bounds) {
    this(atMicros, startMicros, sum, buckets, bounds, Double.NaN, Double.NaN, false);
  }

  /**
   * A sample.
   *
   * @param sum total of a counter; sum of the observations of a distribution, not a number when it
   *     is unknown
   * @param least smallest observation since the start; not a number when it is unknown
   * @param greatest largest observation since the start; not a number when it is unknown
   * @param cumulative whether a start that is the time of the sample is an unknown one, as
   *     OpenTelemetry has it: the total began some time before
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
   * What this sample adds to the one before it.
   *
   * <p>A start that moved on, or a total that fell, is a reset: everything counted since is new. A
   * first sample is new as a whole if its run began within the memory; a run that began before that
   * may have been followed, and forgotten, and then counting it again would count it twice. Of a
   * sample whose start is unknown nothing is new: it is what later ones are compared with.
   *
   * @param before last sample of the same instance; null when none is known
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

  /** The sum of a distribution may fall by itself, when negative values are observed. */
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
    // A smaller one than before was observed since; else the smallest is a bound of what was.
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
