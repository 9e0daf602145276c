package io.tracetide.processor.topology.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.event.DeadLetterReason;
import io.tracetide.schemas.size.Oversized;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Headers of a dead letter: {@code reason}, {@code detail}, and {@code topic}, {@code partition},
 * {@code offset} of the record, all as text. The record's own headers are left behind, because they
 * may carry credentials.
 *
 * <p>Of a key or value that is larger than any may be the letter has the beginning, and in {@code
 * keyBytes} and {@code keySha256}, {@code valueBytes} and {@code valueSha256} how large it was and
 * its hash.
 */
final class DeadLetters {

  private static final int MAX_DETAIL = 512;

  private DeadLetters() {}

  static Headers headers(
      DeadLetterReason reason, String detail, RecordMetadata origin, @Nullable Oversized cut) {
    return headers(
        reason.label(), detail, origin.topic(), origin.partition(), origin.offset(), cut);
  }

  static Headers headers(
      String reason,
      String detail,
      String topic,
      int partition,
      long offset,
      @Nullable Oversized cut) {
    RecordHeaders headers = new RecordHeaders();
    add(headers, "reason", reason);
    add(headers, "detail", detail.substring(0, Math.min(detail.length(), MAX_DETAIL)));
    add(headers, "topic", topic);
    add(headers, "partition", Integer.toString(partition));
    add(headers, "offset", Long.toString(offset));
    if (cut != null) {
      cut.addTo(headers);
    }
    return headers;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }
}
