package io.tracetide.runtime.access;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The public part of a token, {@code ti_checkout}: it identifies the token in configuration, logs
 * and the audit trail.
 */
public record TokenName(TokenClass tokenClass, String id) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,31}");

  public TokenName {
    if (!isId(id)) {
      throw new IllegalArgumentException("an id has 1 to 32 letters, digits and dashes");
    }
  }

  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** Parses {@code ti_checkout}; empty when it is not a name. */
  public static Optional<TokenName> parse(String text) {
    int separator = text.indexOf('_');
    if (separator < 0) {
      return Optional.empty();
    }
    String id = text.substring(separator + 1);
    return TokenClass.ofPrefix(text.substring(0, separator))
        .filter(known -> isId(id))
        .map(known -> new TokenName(known, id));
  }

  @Override
  public String toString() {
    return tokenClass.prefix() + '_' + id;
  }
}
