package io.tracetide.runtime.kafka.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.schemas.size.Oversized;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Headers of a dead letter: {@code reason}, {@code detail} where there is one, and {@code topic},
 * {@code partition}, {@code offset} of the record, all as text. The record's own headers are left
 * out, because they may hold credentials.
 *
 * <p>Of a key or value above the size limit the dead letter has the beginning, and its size and
 * hash in {@code keyBytes} and {@code keySha256}, {@code valueBytes} and {@code valueSha256}.
 */
public final class DeadLetters {

  private static final int MAX_DETAIL = 512;

  private DeadLetters() {}

  /**
   * Headers of one dead letter.
   *
   * @param reason reason; converted to lower case
   * @param detail null for none
   * @param cut original size of a record above the size limit; null when it was not cut
   */
  public static Headers headers(
      String reason,
      @Nullable String detail,
      String topic,
      int partition,
      long offset,
      @Nullable Oversized cut) {
    RecordHeaders headers = new RecordHeaders();
    add(headers, "reason", reason.toLowerCase(Locale.ROOT));
    if (detail != null) {
      add(headers, "detail", detail.substring(0, Math.min(detail.length(), MAX_DETAIL)));
    }
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
