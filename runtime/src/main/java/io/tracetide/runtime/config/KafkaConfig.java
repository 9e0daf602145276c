package io.tracetide.runtime.config;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The connection of every role to Kafka.
 *
 * @param bootstrapServers {@code host:port}, separated by commas
 * @param properties passed to every Kafka client as they are: {@code security.protocol}, {@code
 *     sasl.*}, {@code ssl.*}; with SASL, {@code reconnect.backoff.max.ms} is 10 s unless given
 * @param meters which metrics of Kafka's clients are exported as meters
 */
public record KafkaConfig(String bootstrapServers, Map<String, String> properties, Meters meters) {

  /** Metrics of Kafka's clients. */
  public enum Meters {
    /** Selected ones, each for the whole process. */
    SELECTED,
    /** Also those of each client and thread: more than a thousand series. */
    ALL
  }

  private static final Pattern HOST_AND_PORT = Pattern.compile("\\S+:\\d{1,5}");
  private static final Pattern SENSITIVE =
      Pattern.compile("password|secret|jaas|token|credential|private|keystore\\.key");

  /**
   * Limits that must allow the largest record of Tracetide, with or without a prefix of Kafka
   * Streams.
   */
  private static final Pattern SIZE =
      Pattern.compile("(.*\\.)?(max\\.request\\.size|max\\.message\\.bytes|buffer\\.memory)");

  private static final long LEAST_SIZE = 1 << 20;

  public KafkaConfig {
    Checks check =
        Checks.check()
            .that(
                isListOfServers(bootstrapServers),
                "bootstrapServers",
                bootstrapServers,
                "host:port, several separated by commas");
    properties = Map.copyOf(withBackoff(properties));
    new TreeMap<>(properties)
        .forEach(
            (key, value) ->
                check.that(
                    !SIZE.matcher(key).matches() || isLargeEnough(value),
                    "properties." + key,
                    value,
                    LEAST_SIZE + " or more, the largest record has nearly as many bytes"));
    check.done();
  }

  private static boolean isLargeEnough(String bytes) {
    try {
      return Long.parseLong(bytes.strip()) >= LEAST_SIZE;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  public KafkaConfig(String bootstrapServers, Map<String, String> properties) {
    this(bootstrapServers, properties, Meters.SELECTED);
  }

  /**
   * A client with a wrong password would retry and log every second. With credentials, the longest
   * backoff between attempts is 10 s.
   */
  private static Map<String, String> withBackoff(Map<String, String> given) {
    if (!given.getOrDefault("security.protocol", "").startsWith("SASL")) {
      return given;
    }
    Map<String, String> properties = new TreeMap<>(given);
    properties.putIfAbsent("reconnect.backoff.max.ms", "10000");
    return properties;
  }

  public static KafkaConfig defaults() {
    return new KafkaConfig("127.0.0.1:9092", Map.of());
  }

  /** Client properties may hold passwords: those values are masked. */
  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>(properties);
    shown.replaceAll((key, value) -> isSensitive(key) ? Secret.of(value).toString() : value);
    return "KafkaConfig[bootstrapServers="
        + bootstrapServers
        + ", properties="
        + shown
        + ", meters="
        + meters
        + "]";
  }

  static boolean isSensitive(String key) {
    return SENSITIVE.matcher(key.toLowerCase(Locale.ROOT)).find();
  }

  private static boolean isListOfServers(String servers) {
    for (String server : servers.split(",", -1)) {
      if (!HOST_AND_PORT.matcher(server.strip()).matches()) {
        return false;
      }
    }
    return true;
  }
}
