package io.tracetide.alert.alertmanager;

import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.teams.TeamsConfig;
import io.tracetide.runtime.config.Secret;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Maps {@code msteams_configs} and {@code msteamsv2_configs}: both send an Adaptive Card. */
final class TeamsMapping implements ChannelMapping {
  private static final Pattern CONNECTOR =
      Pattern.compile("https://([^/]+\\.webhook|outlook)\\.office(365)?\\.com/.*");

  @Override
  public Optional<ChannelConfig> map(ChannelSettings settings) {
    Secret url = settings.secret("webhook_url");
    if (CONNECTOR.matcher(url.reveal()).matches()) {
      settings.limit(
          "webhook_url",
          "connectors of Office 365 are retired and are not supported; use the address of a"
              + " workflow.");
    }
    TeamsConfig defaults = TeamsConfig.defaults();
    settings.section("http_config").limitUnused();
    return Optional.of(
        new TeamsConfig(url, "", true, true, defaults.connectTimeout(), defaults.timeout()));
  }

  @Override
  public Map<String, String> keys() {
    return Map.of("url", "webhook_url");
  }
}
