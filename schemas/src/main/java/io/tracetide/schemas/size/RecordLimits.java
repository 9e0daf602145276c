package io.tracetide.schemas.size;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * How large records may be, in bytes as they are once decompressed. A record of a few kilobytes in
 * Kafka may hold megabytes.
 *
 * <p>Everything that is made of a record that was read has to fit into a record that is written: a
 * dead letter is the record and why it is one, an entry of the audit trail becomes longer by its
 * hashes. So what is read is limited well below what is written, and both below what Kafka takes by
 * default.
 */
public final class RecordLimits {

  /** Largest value that is read. The gateway sends none that is larger. */
  public static final int VALUE_BYTES = 1_000_000;

  /** Largest key that is read. The keys of ours have a few hundred bytes. */
  public static final int KEY_BYTES = 8 * 1024;

  /** Largest record that is written: key, value and headers. */
  public static final int RECORD_BYTES = 1_032_000;

  /**
   * {@code max.request.size} of producers: a record as large as may be, with the batch around it.
   */
  public static final int REQUEST_BYTES = 1 << 20;

  /** {@code max.message.bytes} of topics: the same, as Kafka has it by default. */
  public static final int MESSAGE_BYTES = REQUEST_BYTES + 12;

  /** Kafka writes a few numbers around each header. */
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
      // No character has more than three bytes for each of its chars.
      bytes += 3L * header.key().length() + length(header.value()) + HEADER_OVERHEAD;
    }
    return bytes;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
