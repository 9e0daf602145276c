package io.tracetide.runtime.access;

import java.util.Optional;

/**
 * Who sent a request.
 *
 * @param token by which they were let in; empty where no tokens are asked for
 * @param tenants they may see
 */
public record Caller(Optional<TokenName> token, Tenants tenants) {
  /** Somebody where no tokens are asked for: the listener is all the protection there is. */
  public static final Caller ANYONE = new Caller(Optional.empty(), Tenants.ALL);

  /** Owner of all that they send; empty when the configuration names it. */
  public Optional<String> sendsFor() {
    return token
        .filter(name -> name.tokenClass() == TokenClass.INGEST)
        .map(name -> tenants.names().first());
  }

  /** As which they stand in the audit trail. */
  public String actor() {
    return token.map(TokenName::toString).orElse("anyone");
  }
}
