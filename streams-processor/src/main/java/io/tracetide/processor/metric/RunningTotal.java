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

  private static final byte FORMAT = 1;
  private static final int HEADER_BYTES = 1 + 2 * Long.BYTES + Double.BYTES + Long.BYTES;

  private final long atMicros;
  private final long startMicros;
  private final double sum;
  private final long[] buckets;
  private final long bounds;

  /**
   * A sample.
   *
   * @param atMicros when it was measured, microseconds since the epoch
   * @param startMicros since when it is counted, microseconds since the epoch; {@link #NO_START}
   *     when the sample does not say
   * @param sum total of a counter; sum of the observations of a distribution
   * @param buckets observations by bucket; not to be written to any more
   * @param bounds hash of the buckets' bounds
   */
  public RunningTotal(long atMicros, long startMicros, double sum, long[] buckets, long bounds) {
    this.atMicros = atMicros;
    this.startMicros = startMicros;
    this.sum = sum;
    this.buckets = buckets;
    this.bounds = bounds;
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
   * may have been followed, and forgotten, and then counting it again would count it twice.
   *
   * @param before last sample of the same instance; null when none is known
   * @param memoryMicros silence after which samples are no longer compared
   */
  Increase since(@Nullable RunningTotal before, long memoryMicros) {
    if (before == null || atMicros - before.atMicros > memoryMicros) {
      boolean beganInMemory = startMicros != NO_START && startMicros >= atMicros - memoryMicros;
      return beganInMemory ? whole() : Increase.Uncounted.FIRST;
    }
    boolean bothStarts = startMicros != NO_START && before.startMicros != NO_START;
    if (atMicros <= before.atMicros || (bothStarts && startMicros < before.startMicros)) {
      return Increase.Uncounted.REPEATED;
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
    return new Increase.Counted(sum, buckets);
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
    return new Increase.Counted(sum - before.sum, more);
  }

  public byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + buckets.length * Long.BYTES);
    out.put(FORMAT).putLong(atMicros).putLong(startMicros).putDouble(sum).putLong(bounds);
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
      if (format != FORMAT) {
        throw new IllegalArgumentException("unknown format of running totals: " + format);
      }
      long at = in.getLong();
      long start = in.getLong();
      double sum = in.getDouble();
      long bounds = in.getLong();
      long[] buckets = new long[in.remaining() / Long.BYTES];
      in.asLongBuffer().get(buckets);
      return new RunningTotal(at, start, sum, buckets, bounds);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the running total is cut short", e);
    }
  }
}
