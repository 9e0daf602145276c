package io.tracetide.client;

import io.tracetide.client.resource.Host;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Settings of an emitter, read from properties ({@code tracetide.service.name}) or from the
 * environment ({@code TRACETIDE_SERVICE_NAME}); the README of this module has them all.
 *
 * @param serviceName name of the service
 * @param tenant owner of the traces
 * @param instance id of this process in its metrics
 * @param sampling which spans are published
 * @param queueEvents events that may wait for Kafka before the oldest are dropped
 * @param queueBytes approximate heap that they may hold
 * @param batches whether trace events are sent in batches
 * @param resources whether and how often the process is measured
 * @param valueSerializer class of the serializer: Tracetide's or Confluent's
 * @param serializer properties of that serializer
 * @param kafka properties of Kafka's producer
 */
public record EmitterSettings(
    String serviceName,
    String tenant,
    String instance,
    Sampling sampling,
    int queueEvents,
    long queueBytes,
    boolean batches,
    Resources resources,
    String valueSerializer,
    Map<String, String> serializer,
    Map<String, String> kafka) {

  private static final int MOST_EVENTS = 10_000_000;
  private static final long LEAST_BYTES = 65_536;
  private static final long MOST_BYTES = 1L << 40;
  private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);
  private static final Duration GREATEST_INTERVAL = Duration.ofHours(1);

  /** Environment variable of OpenTelemetry, used when the name of the service is not set. */
  private static final String OTEL_SERVICE_NAME = "OTEL_SERVICE_NAME";

  /**
   * Whether and how the process and its host are measured.
   *
   * @param enabled whether they are measured
   * @param interval between two measurements
   * @param onTraces whether traces carry the last measurement
   */
  public record Resources(boolean enabled, Duration interval, boolean onTraces) {}

  public EmitterSettings {
    serializer = Map.copyOf(serializer);
    kafka = Map.copyOf(kafka);
  }

  /**
   * The settings in the environment of this process.
   *
   * @throws InvalidSettingsException naming all missing and invalid settings
   */
  public static EmitterSettings fromEnvironment() {
    return of(properties(System.getenv()));
  }

  /**
   * The settings in these properties; others than those that begin with {@code tracetide.} are
   * ignored.
   *
   * @throws InvalidSettingsException naming all missing and invalid settings
   */
  public static EmitterSettings of(Properties properties) {
    Map<String, String> texts = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> texts.put(name, properties.getProperty(name)));
    return of(texts);
  }

  /** The settings in these properties. */
  public static EmitterSettings of(Map<String, String> properties) {
    SettingsReader reader = new SettingsReader(properties);
    EmitterSettings settings = read(reader);
    reader.refuseUnknown();
    if (!reader.problems().isEmpty()) {
      throw new InvalidSettingsException(reader.problems());
    }
    return settings;
  }

  /** Names of all properties, except those passed on to Kafka and the serializer. */
  public static List<String> names() {
    return Arrays.stream(Setting.values()).map(Setting::property).toList();
  }

  /**
   * The properties in environment variables. Variables that begin with {@code TRACETIDE_} and are
   * not settings of an emitter are ignored.
   */
  public static Map<String, String> properties(Map<String, String> environment) {
    Map<String, String> properties = new TreeMap<>();
    String otelName = environment.get(OTEL_SERVICE_NAME);
    if (otelName != null) {
      properties.put(Setting.SERVICE_NAME.property(), otelName);
    }
    for (Setting setting : Setting.values()) {
      String value = environment.get(setting.variable());
      if (value != null) {
        properties.put(setting.property(), value);
      }
    }
    for (String prefix : List.of(Setting.KAFKA_PREFIX, Setting.SERIALIZER_PREFIX)) {
      putBelow(prefix, environment, properties);
    }
    return properties;
  }

  private static void putBelow(
      String prefix, Map<String, String> environment, Map<String, String> properties) {
    String variablePrefix = Setting.variable(prefix);
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(variablePrefix)) {
            String rest = name.substring(variablePrefix.length());
            properties.put(prefix + rest.replace('_', '.').toLowerCase(Locale.ROOT), value);
          }
        });
  }

  private static EmitterSettings read(SettingsReader reader) {
    String valueSerializer = reader.text(Setting.VALUE_SERIALIZER);
    Map<String, String> serializer = serializer(reader, valueSerializer);
    return new EmitterSettings(
        reader.required(Setting.SERVICE_NAME, "the name of the service"),
        reader.text(Setting.TENANT),
        instance(reader.text(Setting.INSTANCE)),
        new Sampling(
            reader.fraction(Setting.SAMPLING, Sampling.LEAST, 1),
            reader.flag(Setting.SAMPLING_FOLLOW_CALLERS),
            reader.duration(Setting.SAMPLING_SLOWER_THAN, Duration.ZERO, Sampling.NEVER)),
        (int) reader.number(Setting.QUEUE_EVENTS, 1, MOST_EVENTS),
        reader.number(Setting.QUEUE_BYTES, LEAST_BYTES, MOST_BYTES),
        reader.flag(Setting.BATCHES),
        new Resources(
            reader.flag(Setting.RESOURCES),
            reader.duration(Setting.RESOURCES_INTERVAL, LEAST_INTERVAL, GREATEST_INTERVAL),
            reader.flag(Setting.RESOURCES_ON_TRACES)),
        valueSerializer,
        serializer,
        kafka(reader));
  }

  private static String instance(String given) {
    return given.isEmpty() ? Host.name() + "-" + ProcessHandle.current().pid() : given;
  }

  /** Property names that Confluent's and Tracetide's serializers share. */
  private static Map<String, String> serializer(SettingsReader reader, String className) {
    Map<String, String> properties = new HashMap<>(reader.below(Setting.SERIALIZER_PREFIX));
    String url =
        reader.required(Setting.SCHEMA_REGISTRY_URL, "http(s)://host:port[/path] of the registry");
    properties.put("schema.registry.url", url);
    String userInfo = reader.text(Setting.SCHEMA_REGISTRY_USER_INFO);
    if (!userInfo.isEmpty()) {
      properties.put("basic.auth.credentials.source", "USER_INFO");
      properties.put("basic.auth.user.info", userInfo);
    }
    if (!url.isEmpty()) {
      try {
        Serializers.create(className, properties).close();
      } catch (KafkaException | IllegalArgumentException e) {
        reader.problem("serializer " + className + " cannot be created: " + e.getMessage());
      }
    }
    return properties;
  }

  private static Map<String, String> kafka(SettingsReader reader) {
    Map<String, String> properties = new HashMap<>(kafkaDefaults());
    properties.putAll(reader.below(Setting.KAFKA_PREFIX));
    String bootstrap = reader.required(Setting.BOOTSTRAP_SERVERS, "host:port of Kafka's brokers");
    properties.put(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap.isEmpty() ? "missing:1" : bootstrap);
    for (ConfigValue value : ProducerConfig.configDef().validate(properties)) {
      // Later problems follow from the first.
      value.errorMessages().stream()
          .limit(1)
          .forEach(message -> reader.problem(Setting.KAFKA_PREFIX + value.name() + ": " + message));
    }
    return properties;
  }

  private static Map<String, String> kafkaDefaults() {
    String bytes = ByteArraySerializer.class.getName();
    return Map.ofEntries(
        Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "tracetide-emitter"),
        Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
        Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
        Map.entry(ProducerConfig.LINGER_MS_CONFIG, "20"),
        Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(16L << 20)),
        // Short, so that the sender notices a close.
        Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000"),
        // Records in the producer survive an outage of some minutes.
        Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "600000"),
        // The producer logs each attempt in the application's log.
        Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "5000"),
        Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, bytes),
        Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, bytes));
  }

  /** Without the values of properties, some of which are secret. */
  @Override
  public String toString() {
    return "EmitterSettings[serviceName=%s, tenant=%s, instance=%s, sampling=%s, queueEvents=%d, queueBytes=%d, batches=%s, resources=%s, valueSerializer=%s, serializer=%s, kafka=%s]"
        .formatted(
            serviceName,
            tenant,
            instance,
            sampling,
            queueEvents,
            queueBytes,
            batches,
            resources,
            valueSerializer,
            new TreeMap<>(serializer).keySet(),
            new TreeMap<>(kafka).keySet());
  }
}
