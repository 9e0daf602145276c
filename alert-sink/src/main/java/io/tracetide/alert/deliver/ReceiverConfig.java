package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.alertmanager.AlertmanagerConfig;
import io.tracetide.alert.channel.email.EmailConfig;
import io.tracetide.alert.channel.log.LogConfig;
import io.tracetide.alert.channel.slack.SlackBotConfig;
import io.tracetide.alert.channel.slack.SlackConfig;
import io.tracetide.alert.channel.teams.TeamsConfig;
import io.tracetide.alert.channel.pagerduty.PagerdutyConfig;
import io.tracetide.alert.channel.topic.Kafka;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.OneOf;
import java.util.regex.Pattern;

/**
 * A receiver of notifications. The kinds of channels are registered here: a new one needs its
 * folder beside {@code channel.webhook} and its record in the annotation.
 *
 * @param name by which routes refer to it
 * @param channel the section of one kind of channel
 */
public record ReceiverConfig(
    String name,
    @OneOf({
          LogConfig.class,
          WebhookConfig.class,
          SlackConfig.class,
          SlackBotConfig.class,
          TeamsConfig.class,
          EmailConfig.class,
          PagerdutyConfig.class,
          AlertmanagerConfig.class,
          Kafka.class
        })
        ChannelConfig channel) {
  // The name and | begin the keys of notifications.
  private static final Pattern NAME = Pattern.compile("[^|\\p{Cntrl}]{1,200}");

  public ReceiverConfig {
    Checks.check()
        .that(
            NAME.matcher(name).matches(),
            "name",
            name,
            "up to 200 characters without | and control characters")
        .done();
  }

  public static ReceiverConfig toLog(String name) {
    return new ReceiverConfig(name, LogConfig.defaults());
  }

  /** Opens the receiver's channel. */
  public Channel open(ChannelContext context) {
    return channel.open(context);
  }
}
