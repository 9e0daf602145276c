package io.tracetide.runtime.kafka.client;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.KafkaConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * Properties of one Kafka client or Streams application, built from three layers. A later layer
 * takes precedence:
 *
 * <ol>
 *   <li>defaults of Tracetide ({@link #preset});
 *   <li>the operator's properties: {@code kafka.properties}, then those of {@link #overlay};
 *   <li>properties that a guarantee depends on ({@link #require}, {@link #forbid}).
 * </ol>
 *
 * <p>An operator's value that contradicts the third layer is a configuration error. An equal value
 * is accepted.
 */
public final class ClientProperties {

  private static final String KAFKA_PROPERTIES = "kafka.properties";

  /** Prefixes that Kafka Streams reads, and under which a property overrides the one without. */
  private static final List<String> CONSUMERS =
      List.of("consumer.", "main.consumer.", "restore.consumer.", "global.consumer.");

  private static final List<String> PRODUCERS = List.of("producer.");

  private static final List<String> PREFIXES =
      Stream.of(CONSUMERS, PRODUCERS, List.of("admin.")).flatMap(List::stream).toList();

  private final Map<String, Object> presets = new HashMap<>();
  private final Map<String, Map<String, String>> operator = new LinkedHashMap<>();
  private final Map<String, Object> required = new HashMap<>();
  private final Map<String, ConfigProblem> conflicts = new LinkedHashMap<>();

  private ClientProperties() {}

  /** Properties of a client of these brokers; {@code kafka.properties} is the operator's layer. */
  public static ClientProperties of(KafkaConfig kafka) {
    return new ClientProperties()
        .overlay(KAFKA_PROPERTIES, kafka.properties())
        .require(
            CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            "kafka.bootstrapServers")
        .comparePrefixed(
            CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            "kafka.bootstrapServers");
  }

  /** Properties without brokers, to check an operator's properties before the brokers are known. */
  public static ClientProperties ofOperator(String section, Map<String, String> properties) {
    return new ClientProperties().overlay(section, properties);
  }

  /**
   * Further properties of the operator, which take precedence over those given so far.
   *
   * @param section the key of the configuration that holds them, for error messages
   */
  public ClientProperties overlay(String section, Map<String, String> properties) {
    operator.put(section, properties);
    return this;
  }

  /** Sets a default. */
  public ClientProperties preset(String key, Object value) {
    presets.put(key, value);
    return this;
  }

  /** Sets a default of the consumers of a Streams application. */
  public ClientProperties presetConsumer(String key, Object value) {
    return isGiven(key) ? this : preset(StreamsConfig.consumerPrefix(key), value);
  }

  /** Sets a default of the producers of a Streams application. */
  public ClientProperties presetProducer(String key, Object value) {
    return isGiven(key) ? this : preset(StreamsConfig.producerPrefix(key), value);
  }

  /**
   * Kafka Streams prefers a property with a prefix to the one without, so a default with a prefix
   * would hide the operator's property.
   */
  private boolean isGiven(String key) {
    return operator.values().stream().anyMatch(properties -> properties.containsKey(key));
  }

  /**
   * Sets a property that a guarantee depends on.
   *
   * @param by the configuration key that sets it or the guarantee that depends on it, for error
   *     messages
   */
  public ClientProperties require(String key, Object value, String by) {
    required.put(key, value);
    compare(key, value, by);
    return this;
  }

  private ClientProperties comparePrefixed(String key, @Nullable Object value, String by) {
    PREFIXES.forEach(prefix -> compare(prefix + key, value, by));
    return this;
  }

  /** Sets a property of all consumers of a Streams application that a guarantee depends on. */
  public ClientProperties requireConsumer(String key, Object value, String by) {
    compare(key, value, by);
    CONSUMERS.forEach(prefix -> compare(prefix + key, value, by));
    required.put(StreamsConfig.consumerPrefix(key), value);
    return this;
  }

  /** Sets a property of all producers of a Streams application that a guarantee depends on. */
  public ClientProperties requireProducer(String key, Object value, String by) {
    compare(key, value, by);
    PRODUCERS.forEach(prefix -> compare(prefix + key, value, by));
    required.put(StreamsConfig.producerPrefix(key), value);
    return this;
  }

  /** Declares a property that must not be set, because Tracetide sets it itself where needed. */
  public ClientProperties forbid(String key, String by) {
    compare(key, null, by);
    return comparePrefixed(key, null, by);
  }

  private void compare(String key, @Nullable Object value, String by) {
    operator.forEach(
        (section, properties) -> {
          String given = properties.get(key);
          if (given == null || isEqual(key, given, value)) {
            return;
          }
          String expected = value == null ? "no value" : text(value);
          conflicts.putIfAbsent(
              section + "." + key,
              new ConfigProblem(section + "." + key, given, expected + ", required by " + by));
        });
  }

  private static boolean isEqual(String key, String given, @Nullable Object value) {
    if (value == null) {
      return false;
    }
    String stripped = given.strip();
    return stripped.equalsIgnoreCase(text(value))
        || (key.endsWith("acks") && stripped.equals("-1") && value.equals("all"));
  }

  private static String text(Object value) {
    return value instanceof Class<?> type ? type.getName() : value.toString();
  }

  /** Adds the operator's properties that contradict a guarantee to the problems found so far. */
  public void check(Checks checks) {
    for (ConfigProblem conflict : conflicts.values()) {
      checks.that(false, conflict.path(), conflict.value(), conflict.expected());
    }
  }

  /**
   * All layers, merged.
   *
   * @throws io.tracetide.runtime.config.InvalidConfig when a property of the operator contradicts a
   *     guarantee
   */
  public Map<String, Object> toMap() {
    Checks checks = Checks.check();
    check(checks);
    checks.done();
    Map<String, Object> merged = new HashMap<>(presets);
    operator.values().forEach(merged::putAll);
    merged.putAll(required);
    return merged;
  }

  /** The same as {@link #toMap()}, for Kafka Streams. */
  public Properties toProperties() {
    Properties properties = new Properties();
    properties.putAll(toMap());
    return properties;
  }
}
