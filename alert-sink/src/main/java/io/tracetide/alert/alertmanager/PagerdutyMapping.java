package io.tracetide.alert.alertmanager;

import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.pagerduty.PagerdutyConfig;
import io.tracetide.runtime.config.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Maps {@code pagerduty_configs} with the Events API v2. */
final class PagerdutyMapping implements ChannelMapping {

  @Override
  public Optional<ChannelConfig> map(ChannelSettings settings) {
    if (!settings.hasAny("routing_key", "routing_key_file")
        && settings.hasAny("service_key", "service_key_file")) {
      settings.notNotified(
          "PagerDuty's Events API v1, that of service_key, is not supported, only v2 with"
              + " routing_key");
      return Optional.empty();
    }
    Secret routingKey = settings.secret("routing_key");
    if (settings.isTemplate("routing_key")) {
      settings.notNotified("the routing key is a template");
      return Optional.empty();
    }
    Secret url = settings.secret("url");
    PagerdutyConfig defaults = PagerdutyConfig.defaults();
    Duration timeout = settings.duration("timeout").orElse(defaults.timeout());
    settings.section("http_config").limitUnused();
    return Optional.of(
        new PagerdutyConfig(
            routingKey, defaults.region(), url, true, true, defaults.connectTimeout(), timeout));
  }

  @Override
  public Map<String, String> keys() {
    return Map.of("routingKey", "routing_key");
  }
}
