package io.tracetide.client;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Emitters with a producer and a registry of the test. */
final class TestEmitters {

  static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();

  TraceEmitter start(Producer<byte[], byte[]> kafka) {
    return start(() -> kafka, builder -> builder);
  }

  TraceEmitter start(
      Supplier<Producer<byte[], byte[]>> kafka, UnaryOperator<TraceEmitter.Builder> settings) {
    return TraceEmitter.start(
        settings.apply(builder()).settings(),
        Clock.fixed(NOW, ZoneOffset.UTC),
        new Wiring(kafka, () -> new RegistrySerializer(registry)));
  }

  static TraceEmitter.Builder builder() {
    return TraceEmitter.builder()
        .serviceName("shop")
        .bootstrapServers("127.0.0.1:9092")
        .schemaRegistry("http://127.0.0.1:8081")
        .resourceMetrics(false);
  }

  /** Acknowledges every record at once. */
  static MockProducer<byte[], byte[]> producer() {
    return new MockProducer<>(
        true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  List<TraceEvent> events(MockProducer<byte[], byte[]> kafka) {
    AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
    return kafka.history().stream()
        .filter(record -> record.topic().equals("traces"))
        .map(record -> decoder.decode(record.value()))
        .toList();
  }
}
