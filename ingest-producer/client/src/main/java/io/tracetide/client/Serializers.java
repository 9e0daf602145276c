package io.tracetide.client;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/** Creates serializers by class name, as Kafka's clients do. */
final class Serializers {

  private Serializers() {}

  /**
   * A configured serializer of values. Opens no connection yet.
   *
   * @throws KafkaException when the class does not exist or rejects its properties
   */
  static Serializer<SpecificRecord> create(String className, Map<String, String> properties) {
    Object made = instance(className);
    if (!(made instanceof Serializer<?> serializer)) {
      throw new ConfigException(className + " is not a serializer of Kafka's");
    }
    @SuppressWarnings("unchecked") // Avro serializers accept any record.
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
