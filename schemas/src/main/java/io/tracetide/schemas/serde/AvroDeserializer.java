package io.tracetide.schemas.serde;

import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import io.tracetide.schemas.topic.SubjectCatalog;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka deserializer of records. A null is a tombstone and stays null.
 *
 * <p>In a consumer's properties, it is configured like Confluent's {@code KafkaAvroDeserializer}
 * with {@code specific.avro.reader=true}; the schema of a record determines its class, one of those
 * of Tracetide. Created with a registry and a type, it reads that type.
 *
 * @param <T> type of the records
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

  private interface Decoders<T extends SpecificRecord> {
    AvroDecoder<T> forRecord(byte[] record);
  }

  private Decoders<T> decoders =
      record -> {
        throw new IllegalStateException("deserializer is used before it is configured");
      };
  private @Nullable SchemaRegistry ownRegistry;

  /** For a consumer, which configures it. */
  public AvroDeserializer() {}

  /** Reads records of that type. The caller closes the registry. */
  public AvroDeserializer(SchemaRegistry registry, Class<T> type) {
    AvroDecoder<T> decoder = new AvroDecoder<>(registry, type);
    this.decoders = record -> decoder;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    SchemaRegistry registry = HttpSchemaRegistry.create(SerdeSettings.of(configs).registry());
    ownRegistry = registry;
    decoders = new DecodersByName<>(registry);
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] record) {
    return record == null ? null : decoders.forRecord(record).decode(record);
  }

  @Override
  public void close() {
    if (ownRegistry != null) {
      ownRegistry.close();
    }
  }

  /** Decoders of the records in the catalog. No other class is loaded by the name in a schema. */
  private record DecodersByName<T extends SpecificRecord>(
      SchemaRegistry registry, Map<String, Class<?>> types, Map<String, AvroDecoder<T>> decoders)
      implements Decoders<T> {

    DecodersByName(SchemaRegistry registry) {
      this(registry, catalog(), new ConcurrentHashMap<>());
    }

    @Override
    public AvroDecoder<T> forRecord(byte[] record) {
      int schemaId = WireFormat.schemaId(record);
      String name = registry.schemaById(schemaId).getFullName();
      Class<?> type = types.get(name);
      if (type == null) {
        throw new MalformedRecordException(
            Reason.INCOMPATIBLE_SCHEMA,
            "schema " + schemaId + " is of " + name + ", which is no record of Tracetide");
      }
      return decoders.computeIfAbsent(name, key -> decoder(type));
    }

    @SuppressWarnings("unchecked") // The caller guarantees that the topic has records of type T.
    private AvroDecoder<T> decoder(Class<?> type) {
      return new AvroDecoder<>(registry, (Class<T>) type);
    }

    private static Map<String, Class<?>> catalog() {
      TrustedRecords.register();
      return SubjectCatalog.all().values().stream()
          .distinct()
          .collect(Collectors.toMap(Schema::getFullName, DecodersByName::type));
    }

    private static Class<?> type(Schema schema) {
      return SpecificData.get().getClass(schema);
    }
  }
}
