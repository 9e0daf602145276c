package io.tracetide.alert.channel.webhook;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.http.AddressPolicy;
import io.tracetide.alert.channel.http.HttpPoster;
import io.tracetide.alert.message.Message;
import io.tracetide.schemas.Notification;
import java.time.Clock;
import java.util.Map;

/** Posts notifications in the format of Alertmanager's webhook, for any receiver of that format. */
final class WebhookChannel implements Channel {
  private final HttpPoster poster;
  private final Map<String, String> headers;

  WebhookChannel(WebhookConfig config, Clock clock) {
    this.poster =
        new HttpPoster(
            config.address(),
            config.allowPrivate() ? AddressPolicy.ANY : AddressPolicy.PUBLIC_ONLY,
            config.connectTimeout(),
            config.timeout(),
            clock);
    this.headers =
        config.bearerToken().isPresent()
            ? Map.of("authorization", "Bearer " + config.bearerToken().reveal())
            : Map.of();
  }

  @Override
  public String kind() {
    return "webhook";
  }

  @Override
  public DeliveryResult deliver(Message message) {
    Notification notification = message.notification();
    return poster.post(notification.getNotificationId(), WebhookBody.of(notification), headers);
  }

  @Override
  public void close() {
    poster.close();
  }
}
