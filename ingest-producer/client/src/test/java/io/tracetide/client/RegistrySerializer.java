package io.tracetide.client;

import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroSerializer;
import io.tracetide.schemas.topic.SubjectCatalog;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Tracetide's serializer with a registry of the test. */
final class RegistrySerializer implements Serializer<SpecificRecord> {

  private final SchemaRegistry registry;
  private final Map<String, AvroSerializer<SpecificRecord>> byTopic = new ConcurrentHashMap<>();

  RegistrySerializer(SchemaRegistry registry) {
    this.registry = registry;
  }

  @Override
  public byte[] serialize(String topic, SpecificRecord event) {
    return byTopic.computeIfAbsent(topic, key -> serializer(key, event)).serialize(topic, event);
  }

  @SuppressWarnings("unchecked") // The class is that of the record.
  private AvroSerializer<SpecificRecord> serializer(String topic, SpecificRecord event) {
    return new AvroSerializer<>(
        registry, SubjectCatalog.valueSubject(topic), (Class<SpecificRecord>) event.getClass());
  }
}
