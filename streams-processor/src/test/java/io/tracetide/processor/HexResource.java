package io.tracetide.processor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/** Bytes that builds of the past wrote, as test resources. */
public final class HexResource {

  private HexResource() {}

  /** The bytes of a file beside a test. */
  public static byte[] read(Class<?> test, String name) {
    try (InputStream file = requireNonNull(test.getResourceAsStream(name), name)) {
      return HexFormat.of().parseHex(new String(file.readAllBytes(), US_ASCII).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
