package io.tracetide.instrumentation.servlet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** How much of an identity is published. */
public enum Disclosure {
  /** Nothing. */
  OFF,
  /** The first half of a SHA-256, which allows comparison. */
  HASHED,
  /** The plain name. */
  PLAIN;

  private static final int HASH_BYTES = 16;

  @Nullable String of(@Nullable String name) {
    if (name == null || name.isEmpty() || this == OFF) {
      return null;
    }
    return this == PLAIN ? name : hash(name);
  }

  private static String hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
