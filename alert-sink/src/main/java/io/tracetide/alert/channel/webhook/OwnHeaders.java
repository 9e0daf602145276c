package io.tracetide.alert.channel.webhook;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Secret;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The check of headers that an operator adds to the requests of a webhook. */
final class OwnHeaders {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
  private static final int MAX_HEADERS = 20;
  private static final int MAX_VALUE = 4_096;

  /** Headers of the connection, of the body, and those that the channel sets. */
  private static final Set<String> RESERVED =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "forwarded",
          "host",
          "http2-settings",
          "idempotency-key",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "user-agent",
          "via",
          Signature.TIMESTAMP_HEADER,
          Signature.SIGNATURE_HEADER);

  /** Adds the problems of the headers. */
  static void check(Map<String, Secret> headers, boolean bearerToken, Checks checks) {
    checks.that(headers.size() <= MAX_HEADERS, "headers", headers.size(), "at most " + MAX_HEADERS);
    Set<String> seen = new HashSet<>();
    headers.forEach(
        (name, value) -> {
          String key = "headers." + name;
          String lower = name.toLowerCase(Locale.ROOT);
          checks
              .that(NAME.matcher(name).matches(), key, "", "a name of RFC 9110, up to 64 letters")
              .that(!RESERVED.contains(lower), key, "", "a header that the channel does not set")
              .that(seen.add(lower), key, "", "each header once, in upper or lower case")
              .that(
                  !bearerToken || !lower.equals("authorization"),
                  key,
                  "",
                  "either this header or bearerToken")
              .that(
                  isValue(value.reveal()),
                  key,
                  "",
                  "up to " + MAX_VALUE + " visible ASCII characters, with spaces only inside");
        });
  }

  private static boolean isValue(String value) {
    return !value.isEmpty()
        && value.length() <= MAX_VALUE
        && value.equals(value.strip())
        && value.chars().allMatch(c -> c >= ' ' && c < 127);
  }

  private OwnHeaders() {}
}
