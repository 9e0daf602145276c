package io.tracetide.alert.channel.pagerduty;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.http.AddressPolicy;
import io.tracetide.alert.channel.http.HttpPoster;
import io.tracetide.alert.message.AlertMessage;
import java.util.Map;
import java.util.Optional;

/**
 * Sends one event per notification to PagerDuty. All notifications of a group are events of one
 * incident, which is triggered, acknowledged and resolved with the group.
 */
final class PagerdutyChannel implements Channel {
  private final HttpPoster poster;
  private final EventBody body;

  PagerdutyChannel(PagerdutyConfig config, ChannelContext context) {
    this.poster =
        new HttpPoster(
            config.address(),
            config.allowPrivate() ? AddressPolicy.ANY : AddressPolicy.PUBLIC_ONLY,
            config.connectTimeout(),
            config.timeout(),
            context.clock());
    this.body = new EventBody(config.routingKey(), context.receiver());
  }

  @Override
  public String kind() {
    return "pagerduty";
  }

  @Override
  public DeliveryResult deliver(AlertMessage message) {
    Optional<byte[]> event = body.of(message);
    if (event.isEmpty()) {
      return new Rejected(
          FailureReason.TOO_LARGE, "the event exceeds " + EventBody.MAX_BYTES + " bytes");
    }
    return poster.post(message.notification().getNotificationId(), event.get(), Map.of());
  }

  @Override
  public void close() {
    poster.close();
  }
}
