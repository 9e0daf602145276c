package io.tracetide.alert.channel.topic;

import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.webhook.WebhookBody;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;

/** Writes a notification as the value of a record. */
@FunctionalInterface
interface RecordValue {

  byte[] of(AlertMessage message);

  /** The values of a configured format. */
  static RecordValue of(Kafka config, ChannelContext context) {
    if (config.format() == Kafka.Format.JSON) {
      return WebhookBody::of;
    }
    return context
        .registry()
        .map(
            registry ->
                new AvroEncoder<>(
                    registry, SubjectCatalog.valueSubject(config.topic()), Notification.class))
        .<RecordValue>map(encoder -> message -> encoder.encode(toReceiver(message)))
        .orElse(
            message -> {
              throw new RegistryUnavailableException("there is no schema registry", null);
            });
  }

  private static Notification toReceiver(AlertMessage message) {
    return Notification.newBuilder(message.notification()).setReceiver(message.receiver()).build();
  }
}
