package io.tracetide.runtime.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a token is for. A token of one class opens nothing of another. */
public enum TokenClass {
  /** Sends the work of one tenant. */
  INGEST("ti"),
  /** Reads what is known of some tenants. */
  QUERY("tq"),
  /** Reads like {@link #QUERY}, and changes what can be changed: silences, acknowledgements. */
  ADMIN("ta"),
  /** One processor asking another. Trusted with every tenant: the one that asks has checked. */
  PEER("tp");

  private final String prefix;

  TokenClass(String prefix) {
    this.prefix = prefix;
  }

  /** What tokens of the class begin with. */
  public String prefix() {
    return prefix;
  }

  /** In lower case, for people. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<TokenClass> ofPrefix(String prefix) {
    return Arrays.stream(values()).filter(one -> one.prefix.equals(prefix)).findFirst();
  }
}
