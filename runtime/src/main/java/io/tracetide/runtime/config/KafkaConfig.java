package io.tracetide.runtime.config;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How every role reaches Kafka.
 *
 * @param bootstrapServers {@code host:port}, separated by commas
 * @param properties passed to every Kafka client as they are: {@code security.protocol}, {@code
 *     sasl.*}, {@code ssl.*}; with SASL, {@code reconnect.backoff.max.ms} is 10 s unless given
 */
public record KafkaConfig(String bootstrapServers, Map<String, String> properties) {
  private static final Pattern HOST_AND_PORT = Pattern.compile("\\S+:\\d{1,5}");
  private static final Pattern SENSITIVE =
      Pattern.compile("password|secret|jaas|token|credential|private|keystore\\.key");

  public KafkaConfig {
    Checks.check()
        .that(
            isListOfServers(bootstrapServers),
            "bootstrapServers",
            bootstrapServers,
            "host:port, several separated by commas")
        .done();
    properties = Map.copyOf(patient(properties));
  }

  /**
   * A client whose password is wrong would try it every second, and log that, for ever. Where there
   * are credentials, clients come to wait longer from one attempt to the next.
   */
  private static Map<String, String> patient(Map<String, String> given) {
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
    return "KafkaConfig[bootstrapServers=" + bootstrapServers + ", properties=" + shown + "]";
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
