package io.tracetide.runtime.access;

import io.tracetide.runtime.access.AccessDecision.Admitted;
import io.tracetide.runtime.access.AccessDecision.Denied;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The valid tokens at one time. Immutable.
 *
 * <p>A token is looked up by its name, which is not secret, and always compared with two hashes,
 * whether one, two or none are configured: the response time is the same for every name.
 */
final class TokenTable {
  /** A placeholder for a missing hash; it is the SHA-256 of no known text. */
  private static final byte[] NO_HASH = new byte[32];

  private static final List<byte[]> NONE = List.of(NO_HASH, NO_HASH);

  private record Known(Caller caller, List<byte[]> hashes, Instant endsAt) {}

  private final Map<TokenName, Known> known = new HashMap<>();

  TokenTable(TokensFile file) {
    file.tokens()
        .forEach(
            (key, entry) ->
                TokenName.parse(key).ifPresent(name -> known.put(name, known(name, entry))));
  }

  private static Known known(TokenName name, TokenEntry entry) {
    List<byte[]> hashes = entry.hashes();
    return new Known(
        new Caller(Optional.of(name), entry.toTenants(name.tokenClass())),
        List.of(hashes.get(0), hashes.size() > 1 ? hashes.get(1) : NO_HASH),
        entry.endsAt());
  }

  int size() {
    return known.size();
  }

  /** Checks a token as sent. */
  AccessDecision check(String text, Instant now) {
    Optional<Token> token = Token.parse(text);
    return token.isPresent()
        ? check(token.get().name(), token.get().sha256(), now)
        : Denied.because(Denial.MALFORMED);
  }

  /** Checks a token that was admitted before, by its hash. */
  AccessDecision check(TokenName name, byte[] sha256, Instant now) {
    @Nullable Known found = known.get(name);
    boolean same = false;
    for (byte[] hash : found == null ? NONE : found.hashes()) {
      same |= MessageDigest.isEqual(hash, sha256);
    }
    if (found == null) {
      return Denied.because(Denial.UNKNOWN);
    }
    if (!same) {
      return new Denied(Denial.WRONG_SECRET, Optional.of(name));
    }
    return now.isBefore(found.endsAt())
        ? new Admitted(found.caller())
        : new Denied(Denial.EXPIRED, Optional.of(name));
  }
}
