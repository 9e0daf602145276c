package io.tracetide.alert.channel.webhook;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import io.tracetide.runtime.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the webhook channel.
 *
 * @param url of the receiver; a secret as a whole, since it may have a token
 * @param bearerToken sent as {@code Authorization: Bearer}; empty for none
 * @param allowHttp whether the address may be http, in clear
 * @param allowPrivate whether the address may be on this machine or a private network
 * @param connectTimeout until a connection is open
 * @param timeout until the response, connecting included
 */
public record WebhookConfig(
    @Required Secret url,
    Secret bearerToken,
    boolean allowHttp,
    boolean allowPrivate,
    Duration connectTimeout,
    Duration timeout)
    implements ChannelConfig {

  public WebhookConfig {
    Checks.check()
        .that(
            isAddress(url, allowHttp),
            "url",
            "",
            "an https:// address without user, password and fragment; http:// needs allowHttp:"
                + " true")
        .that(
            bearerToken.reveal().chars().allMatch(c -> c > ' ' && c < 127),
            "bearerToken",
            "",
            "visible ASCII characters without spaces")
        .range("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
        .range("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(5))
        .done();
  }

  public static WebhookConfig defaults() {
    return to("https://localhost/");
  }

  /** The defaults with this URL. */
  public static WebhookConfig to(String url) {
    return new WebhookConfig(
        Secret.of(url), Secret.NONE, false, false, Duration.ofSeconds(3), Duration.ofSeconds(10));
  }

  @Override
  public Channel open(ChannelContext context) {
    return new WebhookChannel(this, context.clock());
  }

  URI address() {
    return URI.create(url.reveal());
  }

  private static boolean isAddress(Secret url, boolean allowHttp) {
    return parse(url)
        .filter(
            uri -> "https".equals(uri.getScheme()) || (allowHttp && "http".equals(uri.getScheme())))
        .filter(uri -> uri.getHost() != null)
        .filter(uri -> uri.getRawUserInfo() == null && uri.getRawFragment() == null)
        .filter(uri -> uri.getPort() == -1 || (uri.getPort() > 0 && uri.getPort() < 65_536))
        .isPresent();
  }

  private static Optional<URI> parse(Secret url) {
    try {
      return Optional.of(new URI(url.reveal()));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
