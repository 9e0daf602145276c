package io.tracetide.alert.channel.slack;

import java.util.Optional;

/**
 * A message of a group in Slack, as it is kept between deliveries.
 *
 * @param configured the channel in the configuration, by which a change of it is noticed
 * @param channel id of the channel
 * @param ts id of the message within the channel
 * @param sequence of the notification with which the message was posted
 */
record PostedMessage(String configured, String channel, String ts, long sequence) {
  private static final String SEPARATOR = "|";

  String stored() {
    return String.join(SEPARATOR, configured, channel, ts, Long.toString(sequence));
  }

  /** Empty for a text that is not of this form. */
  static Optional<PostedMessage> parse(String stored) {
    String[] parts = stored.split("\\|", -1);
    if (parts.length != 4 || !parts[3].matches("-?\\d{1,18}")) {
      return Optional.empty();
    }
    return Optional.of(new PostedMessage(parts[0], parts[1], parts[2], Long.parseLong(parts[3])));
  }
}
