package io.tracetide.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A serializer that behaves like Confluent's. */
class ForeignSerializerTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final InMemorySchemaRegistry REGISTRY = new InMemorySchemaRegistry();
  private static final AtomicBoolean REGISTRY_IS_AWAY = new AtomicBoolean();
  private static final AtomicInteger REQUESTS = new AtomicInteger();

  private final MockProducer<byte[], byte[]> kafka = TestEmitters.producer();

  @BeforeEach
  void bringTheRegistryBack() {
    REGISTRY_IS_AWAY.set(false);
    REQUESTS.set(0);
  }

  @Test
  void shouldPublishWhatTheOtherSerializerWrites() {
    try (TraceEmitter emitter = emitter()) {
      emitter.startExecutionTrace("work").complete();
      assertThat(emitter.flush(SOON)).isTrue();

      AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(REGISTRY, TraceEvent.class);
      assertThat(kafka.history()).hasSize(2);
      TraceEvent end = decoder.decode(kafka.history().get(1).value());
      assertThat(end.getServiceName()).isEqualTo("shop");
      assertThat(kafka.history().get(1).key()).asString().isEqualTo(end.getTraceId());
    }
  }

  @Test
  void shouldKeepEventsWhileItCannotReachItsRegistry() {
    REGISTRY_IS_AWAY.set(true);
    try (TraceEmitter emitter = emitter()) {
      emitter.startExecutionTrace("work").complete();
      await().until(() -> REQUESTS.get() >= 2);
      REGISTRY_IS_AWAY.set(false);

      assertThat(emitter.flush(SOON)).isTrue();
      assertThat(emitter.stats().acknowledged()).isEqualTo(2);
      assertThat(emitter.stats().dropped()).isZero();
    }
  }

  @Test
  void shouldCountWhatItCannotWriteAsInvalidAndGoOn() {
    try (TraceEmitter emitter = emitter()) {
      emitter.emit(new TraceEvent());
      emitter.startExecutionTrace("work");
      assertThat(emitter.flush(SOON)).isTrue();

      assertThat(emitter.stats().dropped(DropReason.INVALID)).isEqualTo(1);
      assertThat(emitter.stats().acknowledged()).isEqualTo(1);
    }
  }

  /** A serializer that knows the contracts only that it was written for. */
  public static final class EventsOnly implements Serializer<Object> {

    private final ConfluentsManner events = new ConfluentsManner();

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      events.configure(configs, isKey);
    }

    @Override
    public byte[] serialize(String topic, Object value) {
      if (value instanceof TraceEvent) {
        return events.serialize(topic, value);
      }
      throw new UnsupportedOperationException("unknown record " + value.getClass());
    }
  }

  @Test
  void shouldSendSingleRecordsWhenTheSerializerDoesNotKnowBatches() {
    try (TraceEmitter emitter = emitter(EventsOnly.class)) {
      for (int i = 0; i < 100; i++) {
        emitter.startExecutionTrace("work").complete();
      }
      assertThat(emitter.flush(SOON)).isTrue();

      assertThat(emitter.stats().acknowledged()).isEqualTo(200);
      assertThat(kafka.history()).hasSize(200);
    }
  }

  private TraceEmitter emitter() {
    return emitter(ConfluentsManner.class);
  }

  private TraceEmitter emitter(Class<?> serializer) {
    EmitterSettings settings =
        TestEmitters.builder()
            .valueSerializer(serializer.getName())
            .serializerProperty("auto.register.schemas", "true")
            .settings();
    Wiring wiring = Wiring.of(settings);
    return TraceEmitter.start(
        settings, Clock.systemUTC(), new Wiring(() -> kafka, wiring.serializer()));
  }

  /** A header of five bytes and Avro; every failure is one exception with a cause. */
  public static final class ConfluentsManner implements Serializer<Object> {

    private boolean configured;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      assertThat(isKey).isFalse();
      assertThat(configs.get("schema.registry.url")).isEqualTo("http://127.0.0.1:8081");
      assertThat(configs.get("auto.register.schemas")).isEqualTo("true");
      configured = true;
    }

    @Override
    public byte[] serialize(String topic, Object value) {
      assertThat(configured).isTrue();
      SpecificRecord record = (SpecificRecord) value;
      try {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream head = new DataOutputStream(bytes);
        head.writeByte(0);
        head.writeInt(schemaId(topic, record));
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new SpecificDatumWriter<SpecificRecord>(
                record.getSchema(), SpecificData.getForClass(record.getClass()))
            .write(record, encoder);
        return bytes.toByteArray();
      } catch (IOException | RuntimeException e) {
        throw new SerializationException("Error serializing Avro message", e);
      }
    }

    private static int schemaId(String topic, SpecificRecord record) throws IOException {
      REQUESTS.incrementAndGet();
      if (REGISTRY_IS_AWAY.get()) {
        throw new ConnectException("Connection refused");
      }
      return REGISTRY.register(topic + "-value", record.getSchema());
    }
  }
}
