package io.tracetide.runtime.privacy;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Secret;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which data is masked as personal data.
 *
 * @param email e-mail addresses
 * @param card numbers of payment cards
 * @param iban bank account numbers
 * @param phone telephone numbers with a country code, and North American ones
 * @param ip which IP addresses
 * @param secretKeys tags whose value is always masked, by the last words of their name: {@code
 *     token} stands for {@code access_token} and {@code http.token}, too
 * @param exemptKeys tags whose value is left as it is, by their whole name
 * @param patterns further data, by regular expressions
 * @param pseudonymKey when given, a mask has a keyed hash of the value, so that equal values stay
 *     comparable; use the same key in all roles
 */
public record PrivacyConfig(
    boolean email,
    boolean card,
    boolean iban,
    boolean phone,
    IpAddresses ip,
    List<String> secretKeys,
    List<String> exemptKeys,
    List<PatternConfig> patterns,
    Secret pseudonymKey) {

  private static final int MOST_PATTERNS = 32;
  private static final int SHORTEST_KEY = 16;

  /** Which IP addresses are personal. */
  public enum IpAddresses {
    /** None. */
    NONE,
    /** Public ones, which may identify a person. */
    PUBLIC,
    /** Those of private networks, loopback and link-local ones, too. */
    ALL
  }

  public PrivacyConfig {
    secretKeys = List.copyOf(secretKeys);
    exemptKeys = List.copyOf(exemptKeys);
    patterns = List.copyOf(patterns);
    Set<String> names = new HashSet<>();
    Checks.check()
        .that(
            secretKeys.stream().noneMatch(String::isBlank),
            "secretKeys",
            secretKeys,
            "names that are not blank")
        .that(
            patterns.size() <= MOST_PATTERNS,
            "patterns",
            patterns.size(),
            "at most " + MOST_PATTERNS + " patterns")
        .that(
            patterns.stream().allMatch(pattern -> names.add(pattern.name())),
            "patterns",
            patterns.stream().map(PatternConfig::name).toList(),
            "each name once")
        .that(
            !pseudonymKey.isPresent() || pseudonymKey.reveal().length() >= SHORTEST_KEY,
            "pseudonymKey",
            pseudonymKey,
            "at least " + SHORTEST_KEY + " characters, or nothing")
        .done();
  }

  /** All built-in classes, public IP addresses, and secrets under their usual names. */
  public static PrivacyConfig defaults() {
    return new PrivacyConfig(
        true,
        true,
        true,
        true,
        IpAddresses.PUBLIC,
        List.of(
            "authorization",
            "password",
            "passwd",
            "secret",
            "token",
            "api-key",
            "apikey",
            "cookie",
            "private-key"),
        List.of(),
        List.of(),
        Secret.NONE);
  }
}
