package io.tracetide.alert.channel;

import io.tracetide.alert.channel.log.LogConfig;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.runtime.config.Checks;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Somebody who is told, and by which channel: the one whose section is given. To add a channel, add
 * its folder, its section here and its line in {@link #sections()}.
 *
 * @param name by which routes refer to it
 * @param log writes to the log
 * @param webhook posts to an HTTP endpoint
 */
public record ReceiverConfig(
    String name, Optional<LogConfig> log, Optional<WebhookConfig> webhook) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public ReceiverConfig {
    Checks.check()
        .that(
            NAME.matcher(name).matches(),
            "name",
            name,
            "up to 64 letters, digits, dots, dashes and underscores")
        .that(
            Stream.of(log, webhook).filter(Optional::isPresent).count() == 1,
            "webhook",
            "",
            "exactly one of the sections log, webhook beside it")
        .done();
  }

  public static ReceiverConfig toLog(String name) {
    return new ReceiverConfig(name, Optional.of(LogConfig.defaults()), Optional.empty());
  }

  public static ReceiverConfig toWebhook(String name, WebhookConfig webhook) {
    return new ReceiverConfig(name, Optional.empty(), Optional.of(webhook));
  }

  /** Opens the channel by which it is reached. */
  public Channel open(Clock clock) {
    return channel().open(name, clock);
  }

  private ChannelConfig channel() {
    return sections().stream().flatMap(Optional::stream).findFirst().orElseThrow();
  }

  private List<Optional<? extends ChannelConfig>> sections() {
    return List.of(log, webhook);
  }
}
