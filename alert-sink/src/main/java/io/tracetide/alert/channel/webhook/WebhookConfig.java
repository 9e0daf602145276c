package io.tracetide.alert.channel.webhook;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.http.HttpAddress;
import io.tracetide.alert.channel.template.MessageTemplate;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import io.tracetide.runtime.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of the webhook channel.
 *
 * @param url of the receiver; a secret as a whole, since it may have a token
 * @param bearerToken sent as {@code Authorization: Bearer}; empty for none
 * @param signingSecret key of the signature of each request; empty for none
 * @param headers further headers by name; their values are secrets
 * @param template Mustache template of the body, whose result is JSON; empty for the built-in body
 * @param maxAlerts alerts of a body at most; 0 for all
 * @param allowHttp whether the address may be http, in clear
 * @param allowPrivate whether the address may be on this machine or a private network
 * @param connectTimeout until a connection is open
 * @param timeout until the response, connecting included
 */
public record WebhookConfig(
    @Required Secret url,
    Secret bearerToken,
    Secret signingSecret,
    Map<String, Secret> headers,
    String template,
    int maxAlerts,
    boolean allowHttp,
    boolean allowPrivate,
    Duration connectTimeout,
    Duration timeout)
    implements ChannelConfig {

  /** Shortest signing secret, in characters. */
  private static final int MIN_SIGNING_SECRET = 16;

  public WebhookConfig {
    headers = Map.copyOf(headers);
    Checks checks =
        Checks.check()
            .that(HttpAddress.isValid(url, allowHttp), "url", "", HttpAddress.EXPECTED)
            .that(
                bearerToken.reveal().chars().allMatch(c -> c > ' ' && c < 127),
                "bearerToken",
                "",
                "visible ASCII characters without spaces")
            .that(
                !signingSecret.isPresent() || signingSecret.reveal().length() >= MIN_SIGNING_SECRET,
                "signingSecret",
                "",
                "at least " + MIN_SIGNING_SECRET + " characters")
            .range("maxAlerts", maxAlerts, 0, 10_000)
            .range("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
            .range("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(5));
    OwnHeaders.check(headers, bearerToken.isPresent(), checks);
    MessageTemplate.check("template", template, checks).done();
  }

  /** A webhook with the built-in body, without signature and headers of its own. */
  public WebhookConfig(
      Secret url,
      Secret bearerToken,
      boolean allowHttp,
      boolean allowPrivate,
      Duration connectTimeout,
      Duration timeout) {
    this(
        url,
        bearerToken,
        Secret.NONE,
        Map.of(),
        "",
        0,
        allowHttp,
        allowPrivate,
        connectTimeout,
        timeout);
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
    return new WebhookChannel(this, context);
  }

  URI address() {
    return URI.create(url.reveal());
  }
}
