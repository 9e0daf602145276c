package io.tracetide.alert.channel.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.ChannelContractTest;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.runtime.config.InvalidConfig;
import io.tracetide.runtime.config.Secret;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlackWebhookChannelTest extends ChannelContractTest {

  @Override
  protected ChannelConfig config(String url, String secret, Duration timeout) {
    return new SlackConfig(Secret.of(url), "", false, true, true, timeout, timeout);
  }

  @Test
  void shouldPostToTheUrl() {
    try (StubEndpoint endpoint = StubEndpoint.answering(200);
        Channel channel = open(endpoint)) {
      assertThat(channel.kind()).isEqualTo("slack");
      assertThat(channel.deliver(Messages.of(Notifications.firing("ops", "fp", 1))))
          .isInstanceOf(Delivered.class);

      assertThat(endpoint.posts().get(0).path()).isEqualTo("/services/T0/B0/x");
      assertThat(endpoint.posts().get(0).body()).contains("\"blocks\"").contains("\"text\"");
    }
  }

  @Test
  void shouldWaitAsLongAsSlackRequests() {
    try (StubEndpoint endpoint =
            new StubEndpoint(
                (n, exchange) -> {
                  exchange.getResponseHeaders().set("Retry-After", "30");
                  exchange.sendResponseHeaders(429, -1);
                });
        Channel channel = open(endpoint)) {
      assertThat(channel.deliver(Messages.of(Notifications.firing("ops", "fp", 1))))
          .isEqualTo(
              new Retryable(
                  FailureReason.RATE_LIMITED,
                  "answered with status 429",
                  Optional.of(Duration.ofSeconds(30))));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http://hooks.slack.com/canary", "hooks.slack.com/canary"})
  void shouldRefuseInvalidUrlsWithoutShowingThem(String url) {
    assertThatThrownBy(
            () ->
                new SlackConfig(
                    Secret.of(url),
                    "",
                    false,
                    false,
                    false,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1)))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("url")
        .hasMessageNotContaining("canary");
  }

  private Channel open(StubEndpoint endpoint) {
    return config(endpoint.url("/services/T0/B0/x"), "", Duration.ofSeconds(20))
        .open(ChannelContext.of("ops", Clock.systemUTC()));
  }
}
