package io.tracetide.alert;

import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * The sections of the configuration that the alert sink uses.
 *
 * @param sink the sink
 * @param kafka connection to Kafka
 * @param registry connection to the schema registry
 */
public record SinkSections(SinkConfig sink, KafkaConfig kafka, RegistryConfig registry) {

  /** Keys whose values differ and have an effect at the start only. */
  List<String> keysThatNeedRestart(SinkSections started) {
    List<String> keys = new ArrayList<>();
    sink.fixedKeysThatDiffer(started.sink()).forEach(key -> keys.add("sink." + key));
    if (!kafka.equals(started.kafka())) {
      keys.add("kafka");
    }
    if (!registry.equals(started.registry())) {
      keys.add("registry");
    }
    return keys;
  }
}
