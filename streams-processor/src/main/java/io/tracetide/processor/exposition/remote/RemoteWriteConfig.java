package io.tracetide.processor.exposition.remote;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A receiver of Prometheus' remote write.
 *
 * @param url where samples are posted; empty to send none
 * @param protocol version of the protocol
 * @param interval time between two samples of a series
 * @param nativeHistograms whether durations are sent as native histograms instead of buckets
 * @param tenantHeader header that names the tenant, such as X-Scope-OrgID; each request then has
 *     the series of one tenant; empty for none
 * @param bearerToken token of the header Authorization
 * @param username user of basic authentication
 * @param password its password
 * @param timeout maximum time of a request
 * @param maxSamples maximum of samples of a request
 * @param maxQueued maximum of requests that wait; the oldest ones are dropped first
 * @param giveUpAfter time after which a request that cannot be delivered is dropped
 */
public record RemoteWriteConfig(
    String url,
    Protocol protocol,
    Duration interval,
    boolean nativeHistograms,
    String tenantHeader,
    Secret bearerToken,
    String username,
    Secret password,
    Duration timeout,
    int maxSamples,
    int maxQueued,
    Duration giveUpAfter) {

  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{0,100}");

  /** Versions of the protocol. */
  public enum Protocol {
    /** 1.0, which every receiver knows. */
    V1,
    /** 2.0: names once in each request, and metadata with each series. */
    V2
  }

  public RemoteWriteConfig {
    Checks.check()
        .that(
            url.isBlank() || isHttp(url),
            "url",
            url,
            "a URL such as http://mimir:8080/api/v1/push, or nothing")
        .that(
            HEADER.matcher(tenantHeader).matches(),
            "tenantHeader",
            tenantHeader,
            "the name of a header such as X-Scope-OrgID, or nothing")
        .that(
            !bearerToken.isPresent() || username.isBlank(),
            "username",
            username,
            "nothing, because there is a bearerToken: use one of both")
        .that(
            username.isBlank() == !password.isPresent(),
            "password",
            password,
            "a password together with a username, or none of both")
        .range("interval", interval, Duration.ofSeconds(1), Duration.ofMinutes(5))
        .range("timeout", timeout, Duration.ofMillis(100), Duration.ofMinutes(2))
        .range("maxSamples", maxSamples, 100, 100_000)
        .range("maxQueued", maxQueued, 1, 10_000)
        .range("giveUpAfter", giveUpAfter, Duration.ofSeconds(1), Duration.ofHours(2))
        .done();
  }

  private static boolean isHttp(String url) {
    try {
      URI uri = URI.create(url);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether samples are sent. */
  public boolean isOn() {
    return !url.isBlank();
  }

  public static RemoteWriteConfig defaults() {
    return new RemoteWriteConfig(
        "",
        Protocol.V1,
        Duration.ofSeconds(15),
        false,
        "",
        Secret.NONE,
        "",
        Secret.NONE,
        Duration.ofSeconds(10),
        2_000,
        500,
        Duration.ofMinutes(5));
  }
}
