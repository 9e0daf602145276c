package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.alertmanager.AlertmanagerConfig;
import io.tracetide.alert.channel.email.EmailConfig;
import io.tracetide.alert.channel.log.LogConfig;
import io.tracetide.alert.channel.pagerduty.PagerdutyConfig;
import io.tracetide.alert.channel.slack.SlackBotConfig;
import io.tracetide.alert.channel.slack.SlackConfig;
import io.tracetide.alert.channel.teams.TeamsConfig;
import io.tracetide.alert.channel.topic.Kafka;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.runtime.config.OneOf;
import java.util.Optional;

/**
 * One channel of a receiver that has several. The kinds are those of {@link ReceiverConfig}.
 *
 * @param channel the section of one kind of channel
 * @param sendResolved whether resolutions are sent; that of the receiver by default
 */
public record IntegrationConfig(
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
        ChannelConfig channel,
    Optional<Boolean> sendResolved) {}
