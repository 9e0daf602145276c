package io.tracetide.standalone.demo;

import io.tracetide.runtime.life.EnvironmentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration of the demonstration: a contract for its workflows. */
public final class DemoConfig {
  private static final String NAME = "demo.yaml";

  private DemoConfig() {}

  /** The text of its {@code tracetide.yaml}. */
  public static String text() {
    try (InputStream in = DemoConfig.class.getResourceAsStream(NAME)) {
      if (in == null) {
        throw new IllegalStateException(NAME + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes it to a file for the processor, which runs in a separate process. */
  public static Path write(Path directory) {
    Path file = directory.resolve(NAME);
    try {
      return Files.writeString(file, text());
    } catch (IOException e) {
      throw new EnvironmentException(
          "%s cannot be written (%s)".formatted(file, e.getMessage()), e);
    }
  }
}
