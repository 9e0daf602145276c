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
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.OneOf;
import io.tracetide.runtime.kafka.delivery.MessageRate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A receiver of notifications. The kinds of channels are registered here and in {@link
 * IntegrationConfig}: a new one needs its folder beside {@code channel.webhook} and its record in
 * both annotations.
 *
 * @param name by which routes refer to it
 * @param channel the section of one kind of channel
 * @param sendResolved whether resolutions are sent, true by default
 * @param rate limit of its messages; {@code delivery.rate} by default
 * @param channels several channels in place of one, each delivered on its own
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
        Optional<ChannelConfig> channel,
    Optional<Boolean> sendResolved,
    Optional<MessageRate> rate,
    Optional<List<IntegrationConfig>> channels) {
  // The name and | begin the keys of notifications.
  private static final Pattern NAME = Pattern.compile("[^|\\p{Cntrl}]{1,200}");
  private static final int MAX_CHANNELS = 16;

  public ReceiverConfig {
    channels = channels.map(List::copyOf);
    Checks.check()
        .that(
            NAME.matcher(name).matches(),
            "name",
            name,
            "up to 200 characters without | and control characters")
        .that(
            channel.isPresent() || channels.isPresent(),
            "",
            "",
            "the section of one channel, or the list channels")
        .that(
            channel.isEmpty() || channels.isEmpty(),
            "channels",
            "",
            "no list beside the section of a channel")
        .that(
            channels.isEmpty()
                || (!channels.get().isEmpty() && channels.get().size() <= MAX_CHANNELS),
            "channels",
            "",
            "from 1 to " + MAX_CHANNELS + " channels")
        .done();
  }

  /** A receiver with one channel and the default settings. */
  public ReceiverConfig(String name, ChannelConfig channel) {
    this(name, Optional.of(channel), Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static ReceiverConfig toLog(String name) {
    return new ReceiverConfig(name, LogConfig.defaults());
  }

  /**
   * A channel of a receiver with the name under which notifications are delivered to it.
   *
   * @param name the receiver's name if it has one channel; else {@code receiver/kind}, and {@code
   *     receiver/kind-2} for the second channel of a kind
   * @param channel settings of the channel
   * @param sendResolved whether resolutions are sent
   */
  public record Integration(String name, ChannelConfig channel, boolean sendResolved) {}

  /** The channels. */
  public List<Integration> integrations() {
    boolean resolved = sendResolved.orElse(true);
    if (channel.isPresent()) {
      return List.of(new Integration(name, channel.get(), resolved));
    }
    List<Integration> integrations = new ArrayList<>();
    Map<String, Integer> kinds = new HashMap<>();
    for (IntegrationConfig each : channels.orElse(List.of())) {
      String kind = each.channel().kind();
      int count = kinds.merge(kind, 1, Integer::sum);
      integrations.add(
          new Integration(
              name + "/" + kind + (count == 1 ? "" : "-" + count),
              each.channel(),
              each.sendResolved().orElse(resolved)));
    }
    return integrations;
  }
}
