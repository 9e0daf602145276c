package io.tracetide.alert.channel.pagerduty;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.http.HttpAddress;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import io.tracetide.runtime.config.Secret;
import java.net.URI;
import java.time.Duration;

/**
 * Settings of the PagerDuty channel.
 *
 * @param routingKey integration key of the service, 32 letters and digits
 * @param region service region of the account
 * @param url address in place of that of the region, for a proxy; empty for the region's
 * @param allowHttp whether {@code url} may be http, in clear
 * @param allowPrivate whether it may be on this machine or a private network
 * @param connectTimeout until a connection is open
 * @param timeout until the response, connecting included
 */
public record PagerdutyConfig(
    @Required Secret routingKey,
    Region region,
    Secret url,
    boolean allowHttp,
    boolean allowPrivate,
    Duration connectTimeout,
    Duration timeout)
    implements ChannelConfig {

  /** Service regions of PagerDuty. */
  public enum Region {
    US("https://events.pagerduty.com/v2/enqueue"),
    EU("https://events.eu.pagerduty.com/v2/enqueue");

    private final String address;

    Region(String address) {
      this.address = address;
    }
  }

  public PagerdutyConfig {
    Checks.check()
        .that(
            routingKey.reveal().matches("[A-Za-z0-9_-]{32}"),
            "routingKey",
            "",
            "the 32 characters of an integration key for the Events API v2")
        .that(
            !url.isPresent() || HttpAddress.isValid(url, allowHttp),
            "url",
            "",
            HttpAddress.EXPECTED)
        .range("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
        .range("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(5))
        .done();
  }

  public static PagerdutyConfig defaults() {
    return to("0".repeat(32));
  }

  /** The defaults with this key. */
  public static PagerdutyConfig to(String routingKey) {
    return new PagerdutyConfig(
        Secret.of(routingKey),
        Region.US,
        Secret.NONE,
        false,
        false,
        Duration.ofSeconds(3),
        Duration.ofSeconds(10));
  }

  @Override
  public Channel open(ChannelContext context) {
    return new PagerdutyChannel(this, context);
  }

  URI address() {
    return URI.create(url.isPresent() ? url.reveal() : region.address);
  }
}
