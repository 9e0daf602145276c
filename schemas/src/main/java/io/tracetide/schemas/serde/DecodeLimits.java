package io.tracetide.schemas.serde;

import io.tracetide.schemas.TraceEventBatch;

/**
 * Limits of a record, which keep the memory for decoding in proportion to its size.
 *
 * @param maxBytes bytes of a record, header included
 * @param maxItems array items and map entries of a record, over all its collections
 */
public record DecodeLimits(int maxBytes, int maxItems) {

  /**
   * Above the largest record that Kafka accepts by default (1 MiB), and small beside a heap of 128
   * MiB.
   */
  public static final DecodeLimits DEFAULT = new DecodeLimits(4 << 20, 100_000);

  /** A batch has the items of all its events. */
  public static final DecodeLimits BATCH = new DecodeLimits(4 << 20, 400_000);

  public DecodeLimits {
    if (maxBytes < WireFormat.HEADER_BYTES) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + ", expected 5 or more");
    }
    if (maxItems < 0) {
      throw new IllegalArgumentException("maxItems is " + maxItems + ", expected 0 or more");
    }
  }

  /** The limits of records of a type. */
  static DecodeLimits of(Class<?> type) {
    return type == TraceEventBatch.class ? BATCH : DEFAULT;
  }
}
