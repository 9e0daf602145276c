package io.tracetide.runtime.access;

import java.util.Optional;

/**
 * The sender of a request.
 *
 * @param token token that was sent; empty without tokens
 * @param tenants tenants that the caller may read
 */
public record Caller(Optional<TokenName> token, Tenants tenants) {
  /** Any caller of a listener without tokens. */
  public static final Caller ANYONE = new Caller(Optional.empty(), Tenants.ALL);

  /** Tenant of the caller's events; empty when the configuration defines it. */
  public Optional<String> sendsFor() {
    return token
        .filter(name -> name.tokenClass() == TokenClass.INGEST)
        .map(name -> tenants.names().first());
  }

  /** Name of the caller in the audit trail. */
  public String actor() {
    return token.map(TokenName::toString).orElse("anyone");
  }
}
