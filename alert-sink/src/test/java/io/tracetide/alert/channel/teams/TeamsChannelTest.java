package io.tracetide.alert.channel.teams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.ChannelContractTest;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.runtime.config.Secret;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TeamsChannelTest extends ChannelContractTest {

  @Override
  protected ChannelConfig config(String url, String secret, Duration timeout) {
    return new TeamsConfig(Secret.of(url), "", true, true, timeout, timeout);
  }

  @Test
  void shouldPostACardToTheWorkflow() throws Exception {
    try (StubEndpoint endpoint = StubEndpoint.answering(202);
        Channel channel = open(endpoint)) {
      assertThat(channel.kind()).isEqualTo("teams");
      assertThat(channel.deliver(Messages.of(Notifications.firing("ops", "fp", 1))))
          .isInstanceOf(Delivered.class);

      StubEndpoint.Post post = endpoint.posts().get(0);
      assertThat(post.path()).isEqualTo("/workflows/1/triggers/manual/paths/invoke?sig=x%2Fy");
      JsonNode request = new ObjectMapper().readTree(post.body());
      assertThat(request.get("type").asText()).isEqualTo("message");
      assertThat(request.at("/attachments/0/contentType").asText())
          .isEqualTo("application/vnd.microsoft.card.adaptive");
      assertThat(request.at("/attachments/0/content/type").asText()).isEqualTo("AdaptiveCard");
      assertThat(request.at("/attachments/0/content/version").asText()).isEqualTo("1.4");
    }
  }

  private Channel open(StubEndpoint endpoint) {
    String path = "/workflows/1/triggers/manual/paths/invoke?sig=x%2Fy";
    return config(endpoint.url(path), "", Duration.ofSeconds(20))
        .open(ChannelContext.of("ops", Clock.systemUTC()));
  }
}
