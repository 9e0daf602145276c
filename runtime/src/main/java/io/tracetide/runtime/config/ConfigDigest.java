package io.tracetide.runtime.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The SHA-256 of a configuration as it is in effect, defaults included and secrets left out: equal
 * in two processes with the same values, however their files are written.
 */
public final class ConfigDigest {

  private final StringBuilder text = new StringBuilder();

  private ConfigDigest() {}

  /** In lower-case hex. */
  public static String of(Record... sections) {
    ConfigDigest digest = new ConfigDigest();
    List.of(sections).forEach(digest::value);
    try {
      byte[] bytes = digest.text.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private void value(Object value) {
    if (value instanceof Record section) {
      text.append('{');
      RecordShape.entries(section)
          .forEach(
              (key, entry) -> {
                text.append(key).append(':');
                value(entry);
              });
      text.append('}');
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Object> sorted = new TreeMap<>();
      map.forEach((key, entry) -> sorted.put(String.valueOf(key), entry));
      text.append('{');
      sorted.forEach(
          (key, entry) -> {
            text.append(key).append(':');
            value(KafkaConfig.isSensitive(key) ? Secret.of("x") : entry);
          });
      text.append('}');
    } else if (value instanceof Iterable<?> items) {
      text.append('[');
      items.forEach(this::value);
      text.append(']');
    } else {
      String scalar = String.valueOf(value);
      text.append(scalar.length()).append('"').append(scalar).append('"');
    }
  }
}
