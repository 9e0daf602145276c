package io.tracetide.runtime.access;

import java.util.Optional;

/** The outcome of checking the credentials of a request. */
public sealed interface AccessDecision {

  /** The caller is admitted. */
  record Admitted(Caller caller) implements AccessDecision {}

  /**
   * The caller is not admitted.
   *
   * @param token name of the configured token that was sent; empty for unknown names
   */
  record Denied(Denial denial, Optional<TokenName> token) implements AccessDecision {
    /** Denied without a configured token. */
    public static Denied because(Denial denial) {
      return new Denied(denial, Optional.empty());
    }
  }
}
