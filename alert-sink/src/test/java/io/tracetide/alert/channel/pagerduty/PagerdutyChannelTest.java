package io.tracetide.alert.channel.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.ChannelContractTest;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.alert.channel.pagerduty.PagerdutyConfig.Region;
import io.tracetide.runtime.config.Secret;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PagerdutyChannelTest extends ChannelContractTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";

  @Override
  protected ChannelConfig config(String url, String secret, Duration timeout) {
    String key = (secret + "0".repeat(32)).substring(0, 32);
    return new PagerdutyConfig(
        Secret.of(key), Region.US, Secret.of(url), true, true, timeout, timeout);
  }

  @Test
  void shouldPostTheEventToTheAddress() {
    try (StubEndpoint endpoint = StubEndpoint.answering(202);
        Channel channel =
            config(endpoint.url("/v2/enqueue"), KEY, Duration.ofSeconds(20))
                .open(ChannelContext.of("ops", Clock.systemUTC()))) {
      assertThat(channel.kind()).isEqualTo("pagerduty");
      assertThat(channel.deliver(Messages.of(Notifications.firing("ops", "fp", 1))))
          .isInstanceOf(Delivered.class);

      StubEndpoint.Post post = endpoint.posts().get(0);
      assertThat(post.path()).isEqualTo("/v2/enqueue");
      assertThat(EventSchema.problems(post.body())).isEmpty();
      assertThat(post.body()).contains(KEY);
    }
  }

  @Test
  void shouldHaveTheAddressOfEachRegion() {
    assertThat(PagerdutyConfig.to(KEY).address())
        .hasToString("https://events.pagerduty.com/v2/enqueue");
    PagerdutyConfig eu =
        new PagerdutyConfig(
            Secret.of(KEY),
            Region.EU,
            Secret.NONE,
            false,
            false,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    assertThat(eu.address()).hasToString("https://events.eu.pagerduty.com/v2/enqueue");
  }

  @Test
  void shouldRefusePrivateAddressesByDefault() {
    try (StubEndpoint canary = StubEndpoint.answering(202)) {
      PagerdutyConfig config =
          new PagerdutyConfig(
              Secret.of(KEY),
              Region.US,
              Secret.of(canary.url("/")),
              true,
              false,
              Duration.ofSeconds(1),
              Duration.ofSeconds(1));
      try (Channel channel = config.open(ChannelContext.of("ops", Clock.systemUTC()))) {
        assertThat(channel.deliver(Messages.of(Notifications.firing("ops", "fp", 1))))
            .isInstanceOfSatisfying(
                Rejected.class,
                r -> assertThat(r.reason()).isEqualTo(FailureReason.BLOCKED_ADDRESS));
      }
      assertThat(canary.posts()).isEmpty();
    }
  }
}
