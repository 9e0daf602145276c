package io.tracetide.alert.channel.alertmanager;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.http.HttpAddress;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import io.tracetide.runtime.config.Secret;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the Alertmanager channel.
 *
 * @param urls base addresses of the instances of one Alertmanager, without {@code /api/v2/alerts};
 *     secrets as a whole
 * @param basicAuth user and password; an empty user for none
 * @param bearerToken sent as {@code Authorization: Bearer}; empty for none
 * @param validFor time after which Alertmanager resolves a firing alert that was not sent again
 * @param allowHttp whether the addresses may be http, in clear
 * @param allowPrivate whether they may be on this machine or a private network
 * @param connectTimeout until a connection is open
 * @param timeout until the responses of all instances, connecting included
 */
public record AlertmanagerConfig(
    @Required List<Secret> urls,
    BasicAuthConfig basicAuth,
    Secret bearerToken,
    Duration validFor,
    boolean allowHttp,
    boolean allowPrivate,
    Duration connectTimeout,
    Duration timeout)
    implements ChannelConfig {
  private static final int MAX_URLS = 16;

  public AlertmanagerConfig {
    urls = List.copyOf(urls);
    Checks checks =
        Checks.check()
            .that(
                !urls.isEmpty() && urls.size() <= MAX_URLS,
                "urls",
                urls.size() + " addresses",
                "1 to " + MAX_URLS + " addresses")
            .that(
                bearerToken.reveal().chars().allMatch(c -> c > ' ' && c < 127),
                "bearerToken",
                "",
                "visible ASCII characters without spaces")
            .that(
                !bearerToken.isPresent() || basicAuth.username().isEmpty(),
                "bearerToken",
                "",
                "either bearerToken or basicAuth")
            .range("validFor", validFor, Duration.ofMinutes(1), Duration.ofDays(30))
            .range("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
            .range("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(5));
    for (int i = 0; i < urls.size(); i++) {
      checks.that(
          HttpAddress.isValid(urls.get(i), allowHttp), "urls[" + i + "]", "", HttpAddress.EXPECTED);
    }
    checks.done();
  }

  public static AlertmanagerConfig defaults() {
    return to("https://localhost/");
  }

  /** The defaults with this address. */
  public static AlertmanagerConfig to(String url) {
    return new AlertmanagerConfig(
        List.of(Secret.of(url)),
        BasicAuthConfig.defaults(),
        Secret.NONE,
        Duration.ofDays(1),
        false,
        false,
        Duration.ofSeconds(3),
        Duration.ofSeconds(10));
  }

  @Override
  public Channel open(ChannelContext context) {
    return new AlertmanagerChannel(this, context);
  }
}
