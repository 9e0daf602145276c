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

/**
 * Settings of Slack with an incoming webhook: one new message per notification.
 *
 * @param url of the incoming webhook; a secret as a whole
 * @param template Mustache template of the summary, in Slack's mrkdwn; empty for the built-in text
 * @param colorBar whether the message has a bar in the colour of its severity
 * @param allowHttp whether the address may be http, in clear
 * @param allowPrivate whether the address may be on this machine or a private network
 * @param connectTimeout until a connection is open
 * @param timeout until the response, connecting included
 */
public record SlackConfig(
    @Required Secret url,
    String template,
    boolean colorBar,
    boolean allowHttp,
    boolean allowPrivate,
    Duration connectTimeout,
    Duration timeout)
    implements ChannelConfig {

  public SlackConfig {
    Checks checks =
        Checks.check()
            .that(HttpAddress.isValid(url, allowHttp), "url", "", HttpAddress.EXPECTED)
            .range("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
            .range("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(5));
    MessageTemplate.check("template", template, checks).done();
  }

  public static SlackConfig defaults() {
    return new SlackConfig(
        Secret.of("https://localhost/"),
        "",
        false,
        false,
        false,
        Duration.ofSeconds(3),
        Duration.ofSeconds(10));
  }

  @Override
  public Channel open(ChannelContext context) {
    return new SlackWebhookChannel(this, context);
  }
}
