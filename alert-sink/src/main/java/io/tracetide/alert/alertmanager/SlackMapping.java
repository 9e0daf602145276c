package io.tracetide.alert.alertmanager;

import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.slack.SlackConfig;
import io.tracetide.runtime.config.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Maps {@code slack_configs} with an incoming webhook. */
final class SlackMapping implements ChannelMapping {

  @Override
  public Optional<ChannelConfig> map(ChannelSettings settings) {
    ChannelSettings http = settings.section("http_config");
    if (settings.hasAny("app_token", "app_token_file")
        || http.hasAny("authorization", "bearer_token", "bearer_token_file")) {
      settings.notNotified(
          "Slack with a token is not read from this file, only an incoming webhook");
      return Optional.empty();
    }
    Secret url = settings.secret("api_url");
    SlackConfig defaults = SlackConfig.defaults();
    Duration timeout = settings.duration("timeout").orElse(defaults.timeout());
    http.limitUnused();
    if (settings.text("channel").isPresent()) {
      settings.limit(
          "channel", "an incoming webhook posts to the channel for which it was created.");
    }
    return Optional.of(
        new SlackConfig(url, "", false, true, true, defaults.connectTimeout(), timeout));
  }

  @Override
  public Map<String, String> keys() {
    return Map.of("url", "api_url");
  }
}
