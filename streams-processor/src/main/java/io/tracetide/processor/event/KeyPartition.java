package io.tracetide.processor.event;

/**
 * The partition of a record's key, computed as Kafka's default partitioner does: 32-bit MurmurHash2
 * (Austin Appleby, public domain) of the key's bytes, without its sign, modulo the number of
 * partitions.
 */
final class KeyPartition {

  private static final int SEED = 0x9747b28c;
  private static final int FACTOR = 0x5bd1e995;

  private KeyPartition() {}

  static int of(byte[] bytes, int start, int length, int partitions) {
    return (murmur2(bytes, start, length) & 0x7fffffff) % partitions;
  }

  private static int murmur2(byte[] bytes, int start, int length) {
    int hash = SEED ^ length;
    int at = start;
    for (int words = length / 4; words > 0; words--) {
      int word =
          (bytes[at] & 0xff)
              | (bytes[at + 1] & 0xff) << 8
              | (bytes[at + 2] & 0xff) << 16
              | (bytes[at + 3] & 0xff) << 24;
      word *= FACTOR;
      word ^= word >>> 24;
      hash = hash * FACTOR ^ word * FACTOR;
      at += 4;
    }
    int rest = length % 4;
    if (rest > 0) {
      for (int i = rest - 1; i >= 0; i--) {
        hash ^= (bytes[at + i] & 0xff) << (8 * i);
      }
      hash *= FACTOR;
    }
    hash ^= hash >>> 13;
    hash *= FACTOR;
    return hash ^ (hash >>> 15);
  }
}
