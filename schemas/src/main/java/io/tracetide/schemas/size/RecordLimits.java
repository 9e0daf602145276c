package io.tracetide.schemas.size;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Limits of records, in decompressed bytes. A record of a few kilobytes in Kafka may hold
 * megabytes.
 *
 * <p>A record that was read must fit into a record that is written: a dead letter is the record
 * with a reason, and an entry of the audit trail grows by its hashes. Therefore the limit for
 * reading is well below the limit for writing, and both are below Kafka's default.
 */
public final class RecordLimits {

  /** Largest value that is read. The gateway sends no larger one. */
  public static final int VALUE_BYTES = 1_000_000;

  /** Largest key that is read. Keys written by Tracetide have a few hundred bytes. */
  public static final int KEY_BYTES = 8 * 1024;

  /** Largest record that is written: key, value and headers. */
  public static final int RECORD_BYTES = 1_032_000;

  /** {@code max.request.size} of producers: the largest record and the overhead of its batch. */
  public static final int REQUEST_BYTES = 1 << 20;

  /** {@code max.message.bytes} of topics: the same, as Kafka has it by default. */
  public static final int MESSAGE_BYTES = REQUEST_BYTES + 12;

  /** Bytes that Kafka adds to each header. */
  private static final int HEADER_OVERHEAD = 10;

  private RecordLimits() {}

  /** Bytes of key, value and headers. */
  public static long bytes(ProducerRecord<byte[], byte[]> record) {
    return length(record.key()) + length(record.value()) + bytes(record.headers());
  }

  /** Bytes of headers. */
  public static long bytes(Headers headers) {
    long bytes = 0;
    for (Header header : headers.toArray()) {
      // UTF-8 has at most three bytes for each char.
      bytes += 3L * header.key().length() + length(header.value()) + HEADER_OVERHEAD;
    }
    return bytes;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
