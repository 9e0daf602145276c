package io.tracetide.processor.compliance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.runtime.config.ConfigReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The built-in frameworks, as YAML beside this class. They are examples to copy from, not legal
 * advice.
 */
final class BuiltInFrameworks {

  private static final List<String> NAMES = List.of("sox", "gdpr");

  private BuiltInFrameworks() {}

  static List<String> names() {
    return NAMES;
  }

  static FrameworkConfig of(String name) {
    try (@Nullable InputStream in = BuiltInFrameworks.class.getResourceAsStream(name + ".yaml")) {
      if (in == null) {
        throw new IllegalArgumentException("no framework is named " + name);
      }
      return ConfigReader.parse(
          new String(in.readAllBytes(), UTF_8), FrameworkConfig.defaults(), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
