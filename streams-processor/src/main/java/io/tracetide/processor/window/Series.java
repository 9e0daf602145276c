package io.tracetide.processor.window;

import io.tracetide.processor.bytes.KeyTable;
import java.util.Arrays;

/**
 * An admitted series, with precomputed properties. Each series has one object as long as it is
 * admitted, so that tables can be indexed by its number.
 */
public class Series extends KeyTable.Entry {

  private final int number;
  private final int prefix;
  private final boolean latency;

  /** Whether {@link SeriesOrder} contains it. */
  boolean ordered;

  /**
   * A series.
   *
   * @param key as {@link SeriesCodec} writes it; must not be changed any more
   * @param number number of the series, unique in its partition
   */
  public Series(byte[] key, int number) {
    super(key);
    this.number = number;
    prefix = SeriesCodec.servicePrefixLength(key);
    latency = SeriesCodec.isLatency(key);
  }

  final int number() {
    return number;
  }

  /** Number of bytes of tenant and service in the key. */
  public final int prefix() {
    return prefix;
  }

  /** Whether it counts finished spans, not a metric. */
  public final boolean isLatency() {
    return latency;
  }

  /** Whether another series has the same tenant and service. */
  public final boolean isOfService(Series other) {
    return prefix == other.prefix && Arrays.equals(key(), 0, prefix, other.key(), 0, prefix);
  }

  public final SeriesId id() {
    return SeriesCodec.decode(key());
  }
}
