package io.tracetide.alert.channel.slack;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.http.HttpAddress;
import io.tracetide.alert.channel.template.MessageTemplate;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import io.tracetide.runtime.config.Secret;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Settings of Slack with a bot: one message per group, which is updated, with the history in its
 * thread.
 *
 * @param token bot token with the scope {@code chat:write}
 * @param channel id such as {@code C0123456789}, or name
 * @param apiUrl scheme, host and port of Slack's API
 * @param template Mustache template of the summary, in Slack's mrkdwn; empty for the built-in text
 * @param colorBar whether the message has a bar in the colour of its severity
 * @param allowHttp whether the address may be http, in clear
 * @param allowPrivate whether the address may be on this machine or a private network
 * @param connectTimeout until a connection is open
 * @param timeout until the response to one call, connecting included; a notification needs up to
 *     three
 */
public record SlackBotConfig(
    @Required Secret token,
    @Required String channel,
    String apiUrl,
    String template,
    boolean colorBar,
    boolean allowHttp,
    boolean allowPrivate,
    Duration connectTimeout,
    Duration timeout)
    implements ChannelConfig {
  private static final Pattern CHANNEL = Pattern.compile("#?[\\p{L}\\p{N}_-]{1,80}");

  public SlackBotConfig {
    Checks checks =
        Checks.check()
            .that(
                token.isPresent() && token.reveal().chars().allMatch(c -> c > ' ' && c < 127),
                "token",
                "",
                "a bot token such as xoxb-..., in visible ASCII characters")
            .that(
                CHANNEL.matcher(channel).matches(),
                "channel",
                channel,
                "the id of a channel, such as C0123456789, or its name")
            .that(
                HttpAddress.isValid(Secret.of(apiUrl), allowHttp)
                    && !apiUrl.contains("?")
                    && apiUrl.matches("[a-z]+://[^/]+/?"),
                "apiUrl",
                "",
                "scheme and host only: " + HttpAddress.EXPECTED)
            .range("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
            .range("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(5));
    MessageTemplate.check("template", template, checks).done();
  }

  public static SlackBotConfig defaults() {
    return new SlackBotConfig(
        Secret.of("unset"),
        "alerts",
        "https://slack.com",
        "",
        false,
        false,
        false,
        Duration.ofSeconds(3),
        Duration.ofSeconds(10));
  }

  @Override
  public Channel open(ChannelContext context) {
    return new SlackBotChannel(this, context);
  }
}
