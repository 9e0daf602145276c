package io.tracetide.benchmarks.flink;

import io.tracetide.benchmarks.tally.TallyKey;
import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.WireFormat;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes the series, the duration in microseconds and the failure of a trace event. */
final class ReadWork implements KafkaRecordDeserializationSchema<Tuple3<String, Long, Boolean>> {

  private static final long serialVersionUID = 1;

  private final String registryUrl;
  // Created in the task, because these are not serializable.
  private transient SchemaRegistry registry;
  private transient Map<Integer, TraceEventReader> readers;
  private transient TraceView view;

  @SuppressWarnings("NullAway.Init") // Flink calls open before anything else.
  ReadWork(String registryUrl) {
    this.registryUrl = registryUrl;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    registry = HttpSchemaRegistry.create(RegistrySettings.of(registryUrl));
    readers = new HashMap<>();
    view = new TraceView();
  }

  @Override
  public void deserialize(
      ConsumerRecord<byte[], byte[]> record, Collector<Tuple3<String, Long, Boolean>> out) {
    readers
        .computeIfAbsent(
            WireFormat.schemaId(record.value()),
            id -> new TraceEventReader(registry.schemaById(id)))
        .read(record.value(), view);
    // A new tuple for each event, because events are read ahead of their counting.
    out.collect(
        Tuple3.of(
            TallyKey.series(view.service(), view.operation()),
            view.durationMicros(),
            view.isFailed()));
  }

  @Override
  public TypeInformation<Tuple3<String, Long, Boolean>> getProducedType() {
    return Types.TUPLE(Types.STRING, Types.LONG, Types.BOOLEAN);
  }
}
