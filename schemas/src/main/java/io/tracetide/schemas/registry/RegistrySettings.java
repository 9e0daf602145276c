package io.tracetide.schemas.registry;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Address, credentials and timeouts of the schema registry.
 *
 * @param url base URL of a registry with the Confluent API, or several of the same registry,
 *     separated by commas, which are tried in turn
 * @param username for HTTP basic authentication; empty for none
 * @param password for HTTP basic authentication
 * @param connectTimeout until a connection is open
 * @param requestTimeout until a response is complete
 * @param maxAttempts how often a request is sent before the registry counts as unavailable
 */
public record RegistrySettings(
    String url,
    String username,
    String password,
    Duration connectTimeout,
    Duration requestTimeout,
    int maxAttempts) {

  public RegistrySettings {
    List<String> urls = split(url);
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("schema registry url is empty, expected http(s)://...");
    }
    urls.forEach(RegistrySettings::requireHttp);
    if (connectTimeout.isNegative() || connectTimeout.isZero()) {
      throw new IllegalArgumentException("connectTimeout is " + connectTimeout + ", expected > 0");
    }
    if (requestTimeout.isNegative() || requestTimeout.isZero()) {
      throw new IllegalArgumentException("requestTimeout is " + requestTimeout + ", expected > 0");
    }
    if (maxAttempts < 1 || maxAttempts > 100) {
      throw new IllegalArgumentException("maxAttempts is " + maxAttempts + ", expected 1 to 100");
    }
  }

  /** The registry at that URL, without authentication, with timeouts of 3 s and 5 s. */
  public static RegistrySettings of(String url) {
    return new RegistrySettings(url, "", "", Duration.ofSeconds(3), Duration.ofSeconds(5), 4);
  }

  /** The same registry, with HTTP basic authentication. */
  public RegistrySettings withCredentials(String newUsername, String newPassword) {
    return new RegistrySettings(
        url, newUsername, newPassword, connectTimeout, requestTimeout, maxAttempts);
  }

  /** The base URLs, in the order to try them, without a slash at the end. */
  List<String> urls() {
    return split(url);
  }

  @Override
  public String toString() {
    return "RegistrySettings[urls="
        + urls().stream().map(RegistrySettings::withoutUserInfo).toList()
        + ", username="
        + username
        + ", password="
        + (password.isEmpty() ? "" : "<redacted>")
        + ", connectTimeout="
        + connectTimeout
        + ", requestTimeout="
        + requestTimeout
        + ", maxAttempts="
        + maxAttempts
        + "]";
  }

  private static List<String> split(String url) {
    return Arrays.stream(url.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .map(part -> part.replaceAll("/+$", ""))
        .toList();
  }

  private static void requireHttp(String url) {
    URI uri = parse(url);
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "schema registry url is "
              + withoutUserInfo(url)
              + ", expected http(s)://host[:port][/path] without user and password in it");
    }
  }

  private static URI parse(String url) {
    try {
      return URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "schema registry url is " + withoutUserInfo(url) + ", which is not a URL");
    }
  }

  private static String withoutUserInfo(String url) {
    return url.replaceAll("//[^/]*@", "//<redacted>@");
  }
}
