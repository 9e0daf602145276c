package io.tracetide.runtime.access;

import java.util.Optional;

/** What came of a look at somebody's credentials. */
public sealed interface AccessDecision {

  /** They are who they say. */
  record Admitted(Caller caller) implements AccessDecision {}

  /**
   * They are not let in.
   *
   * @param token a configured token's name, when it was used; what a stranger made up is not here
   */
  record Denied(Denial denial, Optional<TokenName> token) implements AccessDecision {
    /** Without a token that is known. */
    public static Denied because(Denial denial) {
      return new Denied(denial, Optional.empty());
    }
  }
}
