package io.tracetide.runtime.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A token as a client sends it: {@code ti_checkout_} and 43 characters of base64url, which are 256
 * random bits. Only the SHA-256 of the whole text is stored; {@code toString} masks it.
 */
public final class Token {
  private static final int SECRET_BYTES = 32;
  private static final int SECRET_CHARS = 43;
  private static final int LONGEST = 2 + 1 + 32 + 1 + SECRET_CHARS;
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final TokenName name;
  private final String text;

  private Token(TokenName name, String text) {
    this.name = name;
    this.text = text;
  }

  /** A new random token. */
  public static Token create(TokenName name, SecureRandom random) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    return new Token(name, name + "_" + encoded);
  }

  /** Parses a token; empty when the text does not have the form of one. */
  public static Optional<Token> parse(String text) {
    int separator = text.length() - SECRET_CHARS - 1;
    if (text.length() > LONGEST || separator < 0 || text.charAt(separator) != '_') {
      return Optional.empty();
    }
    if (!SECRET.matcher(text).region(separator + 1, text.length()).matches()) {
      return Optional.empty();
    }
    return TokenName.parse(text.substring(0, separator)).map(name -> new Token(name, text));
  }

  public TokenName name() {
    return name;
  }

  /** The text of the token. Only for its holder. */
  public String reveal() {
    return text;
  }

  /** The SHA-256 that the configuration stores. */
  public byte[] sha256() {
    return sha256(text);
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return name + "_<redacted>";
  }
}
