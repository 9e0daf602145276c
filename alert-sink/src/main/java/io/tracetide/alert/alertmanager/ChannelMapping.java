package io.tracetide.alert.alertmanager;

import io.tracetide.alert.channel.ChannelConfig;
import java.util.Map;
import java.util.Optional;

/** Maps the settings of one kind of channel in an {@code alertmanager.yml}. */
interface ChannelMapping {

  /**
   * The channel. It may be in clear and in a private network, as Alertmanager permits.
   *
   * @return empty after a limitation or a problem because of which there is no channel
   * @throws io.tracetide.runtime.config.InvalidConfig if the channel cannot have the settings
   */
  Optional<ChannelConfig> map(ChannelSettings settings);

  /** The keys of the file by those of the channel, where they differ. */
  default Map<String, String> keys() {
    return Map.of();
  }
}
