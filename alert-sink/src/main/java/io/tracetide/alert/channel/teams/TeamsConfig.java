package io.tracetide.alert.channel.teams;

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
 * Settings of Microsoft Teams with a workflow that posts to a channel or chat.
 *
 * @param url of the workflow's webhook; a secret as a whole
 * @param template Mustache template of the summary, in the Markdown of Adaptive Cards; empty for
 *     the built-in text
 * @param allowHttp whether the address may be http, in clear
 * @param allowPrivate whether the address may be on this machine or a private network
 * @param connectTimeout until a connection is open
 * @param timeout until the response, connecting included
 */
public record TeamsConfig(
    @Required Secret url,
    String template,
    boolean allowHttp,
    boolean allowPrivate,
    Duration connectTimeout,
    Duration timeout)
    implements ChannelConfig {

  public TeamsConfig {
    Checks checks =
        Checks.check()
            .that(HttpAddress.isValid(url, allowHttp), "url", "", HttpAddress.EXPECTED)
            .range("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
            .range("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(5));
    MessageTemplate.check("template", template, checks).done();
  }

  public static TeamsConfig defaults() {
    return new TeamsConfig(
        Secret.of("https://localhost/"),
        "",
        false,
        false,
        Duration.ofSeconds(3),
        Duration.ofSeconds(10));
  }

  @Override
  public Channel open(ChannelContext context) {
    return new TeamsChannel(this, context);
  }
}
