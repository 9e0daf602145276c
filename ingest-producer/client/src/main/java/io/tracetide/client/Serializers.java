package io.tracetide.client;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/** Makes serializers by the name of their class, as Kafka's clients do. */
final class Serializers {

  private Serializers() {}

  /**
   * A serializer of values, configured. It contacts nobody yet.
   *
   * @throws KafkaException when there is no such class, or it refuses its properties
   */
  static Serializer<SpecificRecord> create(String className, Map<String, String> properties) {
    Object made = instance(className);
    if (!(made instanceof Serializer<?> serializer)) {
      throw new ConfigException(className + " is not a serializer of Kafka's");
    }
    @SuppressWarnings("unchecked") // Avro serializers take any record, and say so when they do not.
    Serializer<SpecificRecord> ofRecords = (Serializer<SpecificRecord>) serializer;
    try {
      ofRecords.configure(properties, false);
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw new KafkaException(e.toString(), e);
    }
    return ofRecords;
  }

  private static Object instance(String className) {
    try {
      return Utils.newInstance(className, Object.class);
    } catch (ClassNotFoundException e) {
      throw new ConfigException("class " + className + " is not on the class path");
    } catch (LinkageError e) {
      throw new KafkaException(e.toString(), e);
    }
  }
}
