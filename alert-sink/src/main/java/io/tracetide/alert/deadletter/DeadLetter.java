package io.tracetide.alert.deadletter;

import io.tracetide.schemas.size.Oversized;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record that was given up: its bytes, and in headers why and where it was. The original headers
 * are left behind, they may hold tokens.
 */
public final class DeadLetter {
  public static final String REASON = "reason";
  public static final String TOPIC = "topic";
  public static final String PARTITION = "partition";
  public static final String OFFSET = "offset";

  /**
   * Why, and where the record was read.
   *
   * @param cut what is missing of a record that is larger than any may be: the letter has its
   *     beginning; null when it is whole
   */
  public static Headers headers(
      String reason, String topic, int partition, long offset, @Nullable Oversized cut) {
    Headers headers = headers(reason, topic, partition, offset);
    if (cut != null) {
      cut.addTo(headers);
    }
    return headers;
  }

  private static Headers headers(String reason, String topic, int partition, long offset) {
    return new RecordHeaders()
        .add(REASON, utf8(reason.toLowerCase(Locale.ROOT)))
        .add(TOPIC, utf8(topic))
        .add(PARTITION, utf8(Integer.toString(partition)))
        .add(OFFSET, utf8(Long.toString(offset)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private DeadLetter() {}
}
