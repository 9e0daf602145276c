package io.tracetide.schemas.serde;

import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.SubjectCatalog;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Serde of one record type for Kafka Streams. Its subject is fixed, so that state stores and their
 * changelogs use the subject of their topic and no separate one.
 *
 * @param <T> type of the records
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {

  private final AvroSerializer<T> serializer;
  private final AvroDeserializer<T> deserializer;

  private AvroSerde(AvroSerializer<T> serializer, AvroDeserializer<T> deserializer) {
    this.serializer = serializer;
    this.deserializer = deserializer;
  }

  /**
   * A serde of that type under one subject.
   *
   * @param subjectOrTopic a subject, which ends in {@code -value} or {@code -key}, or the topic
   *     whose values these are
   */
  public static <T extends SpecificRecord> AvroSerde<T> of(
      SchemaRegistry registry, String subjectOrTopic, Class<T> type) {
    return new AvroSerde<>(
        new AvroSerializer<>(registry, subject(subjectOrTopic), type),
        new AvroDeserializer<>(registry, type));
  }

  @Override
  public Serializer<T> serializer() {
    return serializer;
  }

  @Override
  public Deserializer<T> deserializer() {
    return deserializer;
  }

  private static String subject(String subjectOrTopic) {
    boolean isSubject = subjectOrTopic.endsWith("-value") || subjectOrTopic.endsWith("-key");
    return isSubject ? subjectOrTopic : SubjectCatalog.valueSubject(subjectOrTopic);
  }
}
