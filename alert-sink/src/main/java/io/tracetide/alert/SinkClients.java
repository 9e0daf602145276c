package io.tracetide.alert;

import io.tracetide.alert.topology.AlertTopology;
import io.tracetide.runtime.kafka.streams.BoundedClients;
import io.tracetide.schemas.size.CuttingDeserializer;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;

/** Kafka clients of the sink, which limit the size of records that are read and written. */
final class SinkClients extends BoundedClients {

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return consumer(config, CuttingDeserializer.ofValues(AlertTopology.MAX_ANOMALY_BYTES));
  }
}
