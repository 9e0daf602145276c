package io.tracetide.processor.window;

import java.util.Arrays;

/**
 * A series that is counted here, with what is asked of it for every window worked out once. There
 * is one object for a series as long as it is known, so that tables can be indexed by its number.
 */
public final class Series {

  private final byte[] key;
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
    this.key = key;
    this.number = number;
    prefix = SeriesCodec.servicePrefixLength(key);
    latency = SeriesCodec.isLatency(key);
  }

  /** As {@link SeriesCodec} writes it. Not to be changed. */
  public byte[] key() {
    return key;
  }

  int number() {
    return number;
  }

  /** How many bytes of the key are tenant and service. */
  public int prefix() {
    return prefix;
  }

  /** Whether it is of finished work, and not of a metric. */
  public boolean isLatency() {
    return latency;
  }

  /** Whether another series is of the same tenant and service. */
  public boolean isOfService(Series other) {
    return prefix == other.prefix && Arrays.equals(key, 0, prefix, other.key, 0, prefix);
  }

  /** Whether its key is these bytes. */
  public boolean isKey(byte[] bytes, int start, int length) {
    return Arrays.equals(key, 0, key.length, bytes, start, start + length);
  }

  public SeriesId id() {
    return SeriesCodec.decode(key);
  }
}
