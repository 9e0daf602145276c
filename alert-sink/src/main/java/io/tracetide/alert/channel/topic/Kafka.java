package io.tracetide.alert.channel.topic;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import java.time.Duration;

/**
 * Settings of the Kafka channel, section {@code kafka}. The class has the name of the section,
 * because {@code KafkaConfig} is the connection of a role.
 *
 * @param topic an existing topic of the cluster
 * @param format of the values
 * @param timeout until the acknowledgement of the brokers
 */
public record Kafka(@Required String topic, Format format, Duration timeout)
    implements ChannelConfig {

  /** Format of a record's value. */
  public enum Format {
    /** The body of the webhook channel. */
    JSON,
    /** The contract {@code Notification}, with the id of its schema in the registry. */
    AVRO
  }

  public Kafka {
    Checks.check()
        .that(
            topic.matches("[a-zA-Z0-9._-]{1,249}") && !topic.equals(".") && !topic.equals(".."),
            "topic",
            topic,
            "up to 249 letters, digits, dots, dashes and underscores")
        .range("timeout", timeout, Duration.ofMillis(100), Duration.ofMinutes(5))
        .done();
  }

  public static Kafka defaults() {
    return to("alerts");
  }

  /** The defaults with this topic. */
  public static Kafka to(String topic) {
    return new Kafka(topic, Format.JSON, Duration.ofSeconds(10));
  }

  @Override
  public Channel open(ChannelContext context) {
    return new TopicChannel(this, context);
  }
}
