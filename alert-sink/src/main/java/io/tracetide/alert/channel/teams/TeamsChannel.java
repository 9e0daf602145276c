package io.tracetide.alert.channel.teams;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.http.AddressPolicy;
import io.tracetide.alert.channel.http.HttpPoster;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.schemas.NotificationReason;
import java.net.URI;
import java.util.Map;

/**
 * Posts an Adaptive Card per notification to a workflow of Microsoft Teams. Acknowledgements are
 * not posted, because a card cannot be updated.
 */
final class TeamsChannel implements Channel {
  private final HttpPoster poster;
  private final TeamsCard card;

  TeamsChannel(TeamsConfig config, ChannelContext context) {
    this.poster =
        new HttpPoster(
            URI.create(config.url().reveal()),
            config.allowPrivate() ? AddressPolicy.ANY : AddressPolicy.PUBLIC_ONLY,
            config.connectTimeout(),
            config.timeout(),
            context.clock());
    this.card = new TeamsCard(config.template(), context.templates());
  }

  @Override
  public String kind() {
    return "teams";
  }

  @Override
  public boolean sends(NotificationReason reason) {
    return !AlertMessage.isAboutAcknowledgement(reason);
  }

  @Override
  public DeliveryResult deliver(AlertMessage message) {
    byte[] body = card.of(message);
    if (body.length > TeamsCard.MAX_BYTES) {
      return new DeliveryResult.Rejected(
          FailureReason.TOO_LARGE, "more than " + TeamsCard.MAX_BYTES + " bytes without alerts");
    }
    return poster.post(message.notification().getNotificationId(), body, Map.of());
  }

  @Override
  public void close() {
    poster.close();
  }
}
