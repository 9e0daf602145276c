package io.tracetide.processor.window;

import io.tracetide.processor.bytes.KeyTable;
import java.util.Arrays;

/**
 * A series that is counted here, with what is asked of it for every window worked out once. There
 * is one object for a series as long as it is known, so that tables can be indexed by its number.
 */
public class Series extends KeyTable.Entry {

  private final int number;
  private final int prefix;
  private final boolean latency;

  /** Whether {@link SeriesOrder} knows it. */
  boolean ordered;

  /**
   * A series.
   *
   * @param key as {@link SeriesCodec} writes it; not to be changed any more
   * @param number no other series of the same partition has it
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

  /** How many bytes of the key are tenant and service. */
  public final int prefix() {
    return prefix;
  }

  /** Whether it is of finished work, and not of a metric. */
  public final boolean isLatency() {
    return latency;
  }

  /** Whether another series is of the same tenant and service. */
  public final boolean isOfService(Series other) {
    return prefix == other.prefix && Arrays.equals(key(), 0, prefix, other.key(), 0, prefix);
  }

  public final SeriesId id() {
    return SeriesCodec.decode(key());
  }
}
