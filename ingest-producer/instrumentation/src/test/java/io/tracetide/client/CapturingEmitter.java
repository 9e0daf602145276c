package io.tracetide.client;

import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** A complete emitter except for Kafka, which captures its records. */
public final class CapturingEmitter implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(
          true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
  private final TraceEmitter emitter;

  public CapturingEmitter(String service, String tenant) {
    EmitterSettings settings =
        EmitterSettings.of(
            Map.of(
                "tracetide.service.name", service,
                "tracetide.tenant", tenant,
                "tracetide.instance", "pod-1",
                "tracetide.bootstrap.servers", "127.0.0.1:1",
                "tracetide.schema.registry.url", "http://127.0.0.1:1",
                "tracetide.resources", "false"));
    emitter =
        TraceEmitter.start(
            settings, Clock.systemUTC(), new Wiring(() -> kafka, () -> new InMemory(registry)));
  }

  public TraceEmitter emitter() {
    return emitter;
  }

  /** Trace events so far. */
  public List<TraceEvent> events() {
    return records(Topics.TRACES, TraceEvent.class);
  }

  /** Metric samples so far. */
  public List<MetricSample> samples() {
    return records(Topics.METRICS, MetricSample.class);
  }

  private <T extends SpecificRecord> List<T> records(String topic, Class<T> type) {
    if (!emitter.flush(SOON)) {
      throw new AssertionError("the emitter could not be flushed");
    }
    AvroDecoder<T> decoder = new AvroDecoder<>(registry, type);
    return kafka.history().stream()
        .filter(record -> record.topic().equals(topic))
        .map(record -> decoder.decode(record.value()))
        .toList();
  }

  public void clear() {
    emitter.flush(SOON);
    kafka.clear();
  }

  @Override
  public void close() {
    emitter.close();
  }

  /** Tracetide's serializer with a registry in memory. */
  private static final class InMemory implements Serializer<SpecificRecord> {

    private final InMemorySchemaRegistry registry;
    private final Map<String, AvroEncoder<SpecificRecord>> encoders = new ConcurrentHashMap<>();

    InMemory(InMemorySchemaRegistry registry) {
      this.registry = registry;
    }

    @Override
    public byte[] serialize(String topic, SpecificRecord record) {
      return encoders.computeIfAbsent(topic, key -> encoder(key, record)).encode(record);
    }

    @SuppressWarnings("unchecked") // The class is that of the record.
    private AvroEncoder<SpecificRecord> encoder(String topic, SpecificRecord record) {
      return new AvroEncoder<>(
          registry, SubjectCatalog.valueSubject(topic), (Class<SpecificRecord>) record.getClass());
    }
  }
}
