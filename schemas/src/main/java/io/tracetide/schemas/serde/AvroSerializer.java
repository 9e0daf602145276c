package io.tracetide.schemas.serde;

import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.SubjectCatalog;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka serializer of records. A null is a tombstone and stays null.
 *
 * <p>In a producer's properties, it is configured like Confluent's {@code KafkaAvroSerializer}
 * ({@code schema.registry.url}, {@code auto.register.schemas}, {@code basic.auth.*}), and uses the
 * subject of each record's topic. Created with a registry, it has one subject.
 *
 * @param <T> type of the records
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

  private interface Encoders<T extends SpecificRecord> {
    AvroEncoder<T> forRecord(String topic, T record);
  }

  private Encoders<T> encoders =
      (topic, record) -> {
        throw new IllegalStateException("serializer is used before it is configured");
      };
  private @Nullable SchemaRegistry ownRegistry;

  /** For a producer, which configures it. */
  public AvroSerializer() {}

  /** Uses that subject for every topic. The caller closes the registry. */
  public AvroSerializer(SchemaRegistry registry, String subject, Class<T> type) {
    AvroEncoder<T> encoder = new AvroEncoder<>(registry, subject, type);
    this.encoders = (topic, record) -> encoder;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    SerdeSettings settings = SerdeSettings.of(configs);
    SchemaRegistry registry = HttpSchemaRegistry.create(settings.registry());
    ownRegistry = registry;
    encoders = new EncodersByTopic<>(registry, settings.autoRegister(), isKey);
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T record) {
    return record == null ? null : encoders.forRecord(topic, record).encode(record);
  }

  @Override
  public void close() {
    if (ownRegistry != null) {
      ownRegistry.close();
    }
  }

  private record EncodersByTopic<T extends SpecificRecord>(
      SchemaRegistry registry,
      boolean autoRegister,
      boolean isKey,
      Map<Target, AvroEncoder<T>> encoders)
      implements Encoders<T> {

    private record Target(String topic, Class<?> type) {}

    EncodersByTopic(SchemaRegistry registry, boolean autoRegister, boolean isKey) {
      this(registry, autoRegister, isKey, new ConcurrentHashMap<>());
    }

    @Override
    public AvroEncoder<T> forRecord(String topic, T record) {
      return encoders.computeIfAbsent(new Target(topic, record.getClass()), this::encoder);
    }

    @SuppressWarnings("unchecked") // The class of a record of type T.
    private AvroEncoder<T> encoder(Target target) {
      String subject =
          isKey
              ? SubjectCatalog.keySubject(target.topic())
              : SubjectCatalog.valueSubject(target.topic());
      return new AvroEncoder<>(registry, subject, (Class<T>) target.type(), autoRegister);
    }
  }
}
