package io.tracetide.runtime.access;

import io.tracetide.runtime.config.Checks;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The configuration of one token.
 *
 * @param sha256 of the token's text, in hex; two while it is rotated
 * @param tenants one for ingest, some or {@code *} for query and admin, none for peers
 * @param expires time from which it is no longer valid, in ISO-8601
 */
public record TokenEntry(List<String> sha256, List<String> tenants, Optional<String> expires) {
  private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
  private static final int LONGEST_TENANT = 256;

  public TokenEntry {
    sha256 = List.copyOf(sha256);
    tenants = List.copyOf(tenants);
    Checks.check()
        .that(
            !sha256.isEmpty()
                && sha256.size() <= 2
                && sha256.stream().allMatch(hash -> HASH.matcher(hash).matches()),
            "sha256",
            sha256.size() + " entries",
            "one SHA-256 in 64 hex digits, or two while the token is rotated; 'tracetide tokens"
                + " create' prints it")
        .that(
            tenants.stream().allMatch(TokenEntry::isTenant),
            "tenants",
            tenants,
            "names of up to 256 characters, without control characters")
        .that(
            expires.isEmpty() || instant(expires.get()).isPresent(),
            "expires",
            expires.orElse(""),
            "a time such as 2027-01-31T00:00:00Z")
        .done();
  }

  private static boolean isTenant(String name) {
    return !name.isBlank()
        && name.length() <= LONGEST_TENANT
        && name.codePoints().noneMatch(c -> Character.isISOControl(c) || isSurrogate(c));
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** Whether a token of the class may have these tenants. */
  boolean suits(TokenClass of) {
    boolean all = tenants.contains(Tenants.WILDCARD);
    return switch (of) {
      case INGEST -> tenants.size() == 1 && !all;
      case QUERY, ADMIN -> all ? tenants.size() == 1 : !tenants.isEmpty();
      case PEER -> tenants.isEmpty();
    };
  }

  Tenants toTenants(TokenClass of) {
    return of == TokenClass.PEER || tenants.contains(Tenants.WILDCARD)
        ? Tenants.ALL
        : Tenants.of(new TreeSet<>(tenants));
  }

  List<byte[]> hashes() {
    return sha256.stream().map(HexFormat.of()::parseHex).toList();
  }

  Instant endsAt() {
    return expires.flatMap(TokenEntry::instant).orElse(Instant.MAX);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException notATime) {
      return Optional.empty();
    }
  }
}
