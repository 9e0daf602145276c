package io.tracetide.alert.deadletter;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record that was given up: its bytes, and in headers why and where it was. The original headers
 * are left behind, they may hold tokens.
 */
public final class DeadLetter {
  public static final String REASON = "reason";
  public static final String TOPIC = "topic";
  public static final String PARTITION = "partition";
  public static final String OFFSET = "offset";

  /** Bigger values are left behind as well, so that no letter is too large for its topic. */
  private static final int MAX_VALUE_BYTES = 512 << 10;

  /** Why, and where the record was read. */
  public static Headers headers(String reason, String topic, int partition, long offset) {
    return new RecordHeaders()
        .add(REASON, utf8(reason.toLowerCase(Locale.ROOT)))
        .add(TOPIC, utf8(topic))
        .add(PARTITION, utf8(Integer.toString(partition)))
        .add(OFFSET, utf8(Long.toString(offset)));
  }

  /** The bytes to keep of a record's value. */
  public static byte[] value(byte[] original) {
    return original.length > MAX_VALUE_BYTES ? new byte[0] : original;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private DeadLetter() {}
}
