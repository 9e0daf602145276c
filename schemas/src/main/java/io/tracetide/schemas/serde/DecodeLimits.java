package io.tracetide.schemas.serde;

/**
 * How large a record may be, so that no bytes can make a decoder allocate much more than their own
 * size.
 *
 * @param maxBytes bytes of a record, header included
 * @param maxItems array items and map entries of a record, over all its collections
 */
public record DecodeLimits(int maxBytes, int maxItems) {

  /** Above what Kafka accepts by default (1 MiB), below what would hurt a heap of 128 MiB. */
  public static final DecodeLimits DEFAULT = new DecodeLimits(4 << 20, 100_000);

  public DecodeLimits {
    if (maxBytes < WireFormat.HEADER_BYTES) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + ", expected 5 or more");
    }
    if (maxItems < 0) {
      throw new IllegalArgumentException("maxItems is " + maxItems + ", expected 0 or more");
    }
  }
}
