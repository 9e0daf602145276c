package io.tracetide.alert.channel.slack;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.http.AddressPolicy;
import io.tracetide.alert.channel.http.HttpPoster;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.schemas.NotificationReason;
import java.net.URI;
import java.util.Map;

/**
 * Posts a message per notification to an incoming webhook of Slack. Acknowledgements are not
 * posted, because the message that they are about cannot be updated.
 */
final class SlackWebhookChannel implements Channel {
  private final HttpPoster poster;
  private final SlackMessage renderer;

  SlackWebhookChannel(SlackConfig config, ChannelContext context) {
    this.poster =
        new HttpPoster(
            URI.create(config.url().reveal()),
            config.allowPrivate() ? AddressPolicy.ANY : AddressPolicy.PUBLIC_ONLY,
            config.connectTimeout(),
            config.timeout(),
            context.clock());
    this.renderer = new SlackMessage(config.template(), config.colorBar(), context.templates());
  }

  @Override
  public String kind() {
    return "slack";
  }

  @Override
  public boolean sends(NotificationReason reason) {
    return !AlertMessage.isAboutAcknowledgement(reason);
  }

  @Override
  public DeliveryResult deliver(AlertMessage message) {
    return poster.post(
        message.notification().getNotificationId(),
        SlackMessage.bytes(renderer.of(message)),
        Map.of());
  }

  @Override
  public void close() {
    poster.close();
  }
}
