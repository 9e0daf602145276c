package io.tracetide.alert.alertmanager;

import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.runtime.config.Secret;
import java.time.Duration;
import java.util.Optional;

/** Maps {@code webhook_configs}. */
final class WebhookMapping implements ChannelMapping {

  @Override
  public Optional<ChannelConfig> map(ChannelSettings settings) {
    Secret url = settings.secret("url");
    WebhookConfig defaults = WebhookConfig.defaults();
    Duration timeout = settings.duration("timeout").orElse(defaults.timeout());
    return Optional.of(
        new WebhookConfig(
            url, bearerToken(settings), true, true, defaults.connectTimeout(), timeout));
  }

  /** The token that {@code http_config} sends; all else in it is a limitation. */
  private static Secret bearerToken(ChannelSettings settings) {
    ChannelSettings http = settings.section("http_config");
    ChannelSettings authorization = http.section("authorization");
    Secret token = Secret.NONE;
    if (authorization.text("type").orElse("Bearer").equalsIgnoreCase("Bearer")) {
      token = authorization.secret("credentials");
    } else {
      settings.limit("http_config.authorization", "only the type Bearer is supported.");
    }
    Secret older = http.secret("bearer_token");
    http.limitUnused();
    return token.isPresent() ? token : older;
  }
}
