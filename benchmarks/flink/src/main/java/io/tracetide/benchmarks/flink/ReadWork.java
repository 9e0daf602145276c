package io.tracetide.benchmarks.flink;

import io.tracetide.benchmarks.tally.TallyKey;
import io.tracetide.processor.event.TraceBatch;
import io.tracetide.processor.event.TraceBatchReader;
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
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decodes the series, the duration in microseconds, the failure and the time in milliseconds of a
 * trace event, or of each event of a batch.
 */
final class ReadWork
    implements KafkaRecordDeserializationSchema<Tuple4<String, Long, Boolean, Long>> {

  private static final long serialVersionUID = 1;

  private final String registryUrl;
  private final boolean batches;
  // Created in the task, because these are not serializable.
  private transient SchemaRegistry registry;
  private transient Map<Integer, TraceEventReader> readers;
  private transient Map<Integer, TraceBatchReader> batchReaders;
  private transient TraceBatch batch;
  private transient TraceView view;

  @SuppressWarnings("NullAway.Init") // Flink calls open before anything else.
  ReadWork(String registryUrl, boolean batches) {
    this.registryUrl = registryUrl;
    this.batches = batches;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    registry = HttpSchemaRegistry.create(RegistrySettings.of(registryUrl));
    readers = new HashMap<>();
    batchReaders = new HashMap<>();
    batch = new TraceBatch();
    view = new TraceView();
  }

  @Override
  public void deserialize(
      ConsumerRecord<byte[], byte[]> record, Collector<Tuple4<String, Long, Boolean, Long>> out) {
    byte[] value = record.value();
    if (!batches) {
      read(value, 0, value.length);
      collect(out);
      return;
    }
    batchReaders
        .computeIfAbsent(
            WireFormat.schemaId(value),
            id -> new TraceBatchReader(registry.schemaById(id), registry::schemaById))
        .read(value, 0, value.length, batch);
    for (int i = 0; i < batch.count(); i++) {
      if (!batch.fill(i, view)) {
        read(batch.bytes(), batch.start(i), batch.length(i));
      }
      collect(out);
    }
  }

  private void read(byte[] bytes, int start, int length) {
    readers
        .computeIfAbsent(
            WireFormat.schemaId(bytes, start, length),
            id -> new TraceEventReader(registry.schemaById(id)))
        .read(bytes, start, length, view);
  }

  private void collect(Collector<Tuple4<String, Long, Boolean, Long>> out) {
    // A new tuple for each event, because events are read ahead of their counting.
    out.collect(
        Tuple4.of(
            TallyKey.series(view.service(), view.operation()),
            view.durationMicros(),
            view.isFailed(),
            view.timestampMs()));
  }

  @Override
  public TypeInformation<Tuple4<String, Long, Boolean, Long>> getProducedType() {
    return Types.TUPLE(Types.STRING, Types.LONG, Types.BOOLEAN, Types.LONG);
  }
}
