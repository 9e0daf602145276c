package io.tracetide.runtime.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The purpose of a token. A token of one class opens no route of another. */
public enum TokenClass {
  /** Sends the events of one tenant. */
  INGEST("ti"),
  /** Reads the data of some tenants. */
  QUERY("tq"),
  /** Reads like {@link #QUERY}, and changes silences and acknowledgements. */
  ADMIN("ta"),
  /**
   * Queries of one processor to another. Admitted for every tenant: the calling processor has
   * checked the caller.
   */
  PEER("tp");

  private final String prefix;

  TokenClass(String prefix) {
    this.prefix = prefix;
  }

  /** The prefix of tokens of the class. */
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
