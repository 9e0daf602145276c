package io.tracetide.runtime.config;

import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A text that must not be shown: it masks itself and refuses to be written as JSON. */
public final class Secret {
  /** No secret given. */
  public static final Secret NONE = new Secret("");

  private static final String MASK = "<redacted>";

  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  public static Secret of(String text) {
    return text.isEmpty() ? NONE : new Secret(text);
  }

  /** The plain text, empty if there is none. Only for the call that needs it. */
  public String reveal() {
    return text;
  }

  public boolean isPresent() {
    return !text.isEmpty();
  }

  /** Compares in constant time for secrets of one length. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return MASK;
  }

  @JsonValue
  @SuppressWarnings({"unused", "EffectivelyPrivate"}) // found by Jackson
  private String json() {
    throw new UnsupportedOperationException("a secret is not written as JSON");
  }
}
