package io.tracetide.runtime.access;

import io.tracetide.runtime.config.Checks;
import java.util.Map;
import java.util.Optional;

/**
 * The file of tokens. It is separate from the rest of the configuration so that it can change while
 * a role runs and be readable to fewer people.
 *
 * @param tokens by name, such as {@code ti_checkout}
 */
public record TokensFile(Map<String, TokenEntry> tokens) {
  static final TokensFile EMPTY = new TokensFile(Map.of());

  public TokensFile {
    tokens = Map.copyOf(tokens);
    Checks checks = Checks.check();
    tokens.forEach(
        (key, entry) -> {
          Optional<TokenName> name = TokenName.parse(key);
          checks.that(
              name.isPresent(),
              "tokens",
              key,
              "ti_, tq_, ta_ or tp_ and an id of 1 to 32 letters, digits and dashes");
          name.ifPresent(
              known ->
                  checks.that(
                      entry.suits(known.tokenClass()),
                      "tokens." + key + ".tenants",
                      entry.tenants(),
                      expected(known.tokenClass())));
        });
    checks.done();
  }

  private static String expected(TokenClass of) {
    return switch (of) {
      case INGEST -> "one tenant, which owns all events of the token";
      case QUERY, ADMIN -> "one or more tenants, or \"*\" alone for all";
      case PEER -> "none: a peer token is for all tenants";
    };
  }
}
