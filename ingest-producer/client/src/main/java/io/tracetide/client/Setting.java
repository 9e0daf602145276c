package io.tracetide.client;

import java.util.Locale;

/**
 * A setting of an emitter: a property {@code tracetide.service.name}, or the environment variable
 * {@code TRACETIDE_SERVICE_NAME}.
 */
enum Setting {
  BOOTSTRAP_SERVERS("bootstrap.servers", ""),
  SCHEMA_REGISTRY_URL("schema.registry.url", ""),
  SCHEMA_REGISTRY_USER_INFO("schema.registry.user.info", ""),
  SERVICE_NAME("service.name", ""),
  TENANT("tenant", "default"),
  INSTANCE("instance", ""),
  SAMPLING("sampling", "1"),
  SAMPLING_FOLLOW_CALLERS("sampling.follow.callers", "true"),
  SAMPLING_SLOWER_THAN("sampling.slower.than", "never"),
  QUEUE_EVENTS("queue.events", "30000"),
  QUEUE_BYTES("queue.bytes", "16777216"),
  BATCHES("batches", "true"),
  RESOURCES("resources", "true"),
  RESOURCES_INTERVAL("resources.interval", "5s"),
  RESOURCES_ON_TRACES("resources.on.traces", "true"),
  VALUE_SERIALIZER("value.serializer", "io.tracetide.schemas.serde.AvroSerializer");

  static final String PREFIX = "tracetide.";

  /** Any property of Kafka's producer, such as {@code tracetide.kafka.security.protocol}. */
  static final String KAFKA_PREFIX = PREFIX + "kafka.";

  /** Any property of the serializer, such as {@code tracetide.serializer.auto.register.schemas}. */
  static final String SERIALIZER_PREFIX = PREFIX + "serializer.";

  private final String property;
  private final String absent;

  Setting(String name, String absent) {
    this.property = PREFIX + name;
    this.absent = absent;
  }

  String property() {
    return property;
  }

  String variable() {
    return variable(property);
  }

  /** Value when it is not set; empty for a required one, or one that depends on the process. */
  String absent() {
    return absent;
  }

  static String variable(String property) {
    return property.replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
