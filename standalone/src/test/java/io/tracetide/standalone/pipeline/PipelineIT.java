package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.ApiAnswers;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import io.tracetide.standalone.launch.StoredEvents;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a request or a record to an answer, over a real broker, registry, gateway and processor. */
class PipelineIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;

  private static PipelineFixture platform;
  private static TracetideConfig config;
  private static HttpSchemaRegistry registry;
  private static AvroEncoder<TraceEvent> encoder;
  private static KafkaProducer<byte[], byte[]> producer;
  private static GatewayApp gateway;
  private static ProcessorApp processor;

  @BeforeAll
  static void start() throws Exception {
    platform = PipelineFixture.shared();
    config = platform.config(directory);
    registry = HttpSchemaRegistry.create(RegistrySettings.of(platform.registryUrl()));
    encoder =
        new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class);
    producer = new KafkaProducer<>(clients(), new ByteArraySerializer(), new ByteArraySerializer());
    gateway =
        GatewayApp.start(config.gateway(), config.kafka(), config.registry(), Clock.systemUTC());
    processor =
        ProcessorApp.start(
            config.processor(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("gateway", gateway.url(), PATIENCE, () -> {});
    new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
  }

  @AfterAll
  static void stop() {
    processor.close();
    gateway.close();
    producer.close();
    registry.close();
  }

  private static Map<String, Object> clients() {
    return Map.of("bootstrap.servers", platform.bootstrapServers());
  }

  @Test
  void shouldHaveInKafkaWhatTheGatewayAcceptedWhenItAnswers() throws Exception {
    String service = "acked-" + UUID.randomUUID();
    List<Map<String, Object>> events =
        IntStream.range(0, 50)
            .mapToObj(
                i ->
                    Map.<String, Object>of(
                        "type",
                        "COMPLETED",
                        "traceId",
                        service + i,
                        "serviceName",
                        service,
                        "operationName",
                        "op",
                        "status",
                        "COMPLETED",
                        "timestamp",
                        Instant.now().toString(),
                        "durationMicros",
                        1_000 + i))
            .toList();

    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/trace-events"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(events)))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()).get("accepted").asInt()).isEqualTo(50);
    StoredEvents stored = new StoredEvents(registry);
    List<ConsumerRecord<byte[], byte[]>> records = readToEnd(Topics.TRACE_BATCHES);
    records.addAll(readToEnd(Topics.TRACES));
    assertThat(records.stream().flatMap(record -> stored.of(record).stream()))
        .filteredOn(event -> event.getServiceName().equals(service))
        .hasSize(50)
        .allSatisfy(event -> assertThat(event.getTraceId()).startsWith(service));
    awaitCount(service, 50);
  }

  @Test
  void shouldCountTheRestWhenSomeRecordsArePoison() throws Exception {
    String service = "poisoned-" + UUID.randomUUID();
    Random random = new Random(7);
    List<Integer> places = new ArrayList<>(IntStream.range(0, 10_000).boxed().toList());
    java.util.Collections.shuffle(places, random);
    Map<String, byte[]> poison = new HashMap<>();
    places.subList(0, 100).forEach(i -> poison.put(service + i, poison(random, i)));

    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      String key = service + i;
      byte[] value = poison.getOrDefault(key, null);
      sent.add(
          send(key, value != null ? value : encoder.encode(event(service, key, Instant.now()))));
    }
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }

    awaitCount(service, 9_900);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(letters(service)).hasSize(100));
    for (ConsumerRecord<byte[], byte[]> letter : letters(service)) {
      assertThat(letter.value()).isEqualTo(poison.get(new String(letter.key(), UTF_8)));
      assertThat(header(letter, "topic")).isEqualTo(Topics.TRACES);
      assertThat(header(letter, "reason")).isNotBlank();
      RecordMetadata origin =
          sent.get(Integer.parseInt(new String(letter.key(), UTF_8).substring(service.length())))
              .get();
      assertThat(header(letter, "partition")).isEqualTo(String.valueOf(origin.partition()));
      assertThat(header(letter, "offset")).isEqualTo(String.valueOf(origin.offset()));
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(lag()).isZero());
  }

  /** Random bytes, a wrong magic byte, an id no registry knows, a truncated record, in turn. */
  private static byte[] poison(Random random, int i) {
    byte[] good = encoder.encode(event("never", "never", Instant.now()));
    return switch (i % 4) {
      case 0 -> {
        byte[] noise = new byte[40];
        random.nextBytes(noise);
        noise[0] = 7;
        yield noise;
      }
      case 1 -> new byte[] {1, 2, 3};
      case 2 -> ByteBuffer.wrap(good.clone()).putInt(1, 999_999).array();
      default -> java.util.Arrays.copyOf(good, good.length / 2);
    };
  }

  @Test
  void shouldLoseNothingAfterARecordFromFarInTheFuture() throws Exception {
    String service = "future-" + UUID.randomUUID();
    Instant farFuture = Instant.now().plus(Duration.ofDays(30));
    // Same keys, same partitions: whatever the one moves, it moves for the others.
    for (int i = 0; i < 40; i++) {
      send(service + i, encoder.encode(event(service, service + i, farFuture))).get();
    }
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      String key = service + (i % 40);
      sent.add(send(key, encoder.encode(event(service, key, Instant.now()))));
    }
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }

    awaitCount(service, 1_000);
    assertThat(letters(service)).hasSize(40);
  }

  @Test
  void shouldRefuseARecordWhenItsOwnTimestampIsFarInTheFuture() {
    String service = "fenced-" + UUID.randomUUID();
    byte[] value = encoder.encode(event(service, service, Instant.now()));
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topics.TRACES,
            null,
            Instant.now().plus(Duration.ofHours(2)).toEpochMilli(),
            service.getBytes(UTF_8),
            value);

    assertThatThrownBy(() -> producer.send(record).get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InvalidTimestampException.class);
  }

  private static TraceEvent event(String service, String traceId, Instant end) {
    return TraceEvent.newBuilder()
        .setType(TraceEventType.COMPLETED)
        .setTraceId(traceId)
        .setServiceName(service)
        .setOperationName("op")
        .setSpanKind(SpanKind.SERVER)
        .setStatus(TraceStatus.COMPLETED)
        .setTimestamp(end)
        .setDurationMicros(1_500L)
        .build();
  }

  private static Future<RecordMetadata> send(String key, byte[] value) {
    return producer.send(new ProducerRecord<>(Topics.TRACES, key.getBytes(UTF_8), value));
  }

  private static void awaitCount(String service, long expected) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(count(service)).isEqualTo(expected));
  }

  /** What the processor has counted for the service so far. */
  private static long count(String service) throws Exception {
    HttpResponse<byte[]> answer =
        ApiAnswers.checked(
            HTTP.send(
                HttpRequest.newBuilder(
                        URI.create(
                            processor.url()
                                + "/monitoring/analytics?timeRange=15m&granularity=10s&operations=op&services="
                                + service))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray()));
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
    long count = 0;
    for (JsonNode series : JSON.readTree(answer.body()).get("series")) {
      for (JsonNode point : series.get("points")) {
        count += point.get("count").asLong();
      }
    }
    return count;
  }

  private static List<ConsumerRecord<byte[], byte[]>> letters(String service) {
    return readToEnd(Topics.TRACES_DEAD_LETTER).stream()
        // Other tests on this broker write letters, too, some without a key.
        .filter(r -> r.key() != null && new String(r.key(), UTF_8).startsWith(service))
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private static List<ConsumerRecord<byte[], byte[]>> readToEnd(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<String, Object> settings = new HashMap<>(clients());
    settings.put("isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  /** Records of the input topic that the processor has not committed yet. */
  private static long lag() throws Exception {
    try (Admin admin = Admin.create(clients())) {
      var committed =
          admin
              .listConsumerGroupOffsets(config.processor().applicationId())
              .partitionsToOffsetAndMetadata()
              .get();
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      for (int p = 0; p < config.topics().partitions(); p++) {
        latest.put(new TopicPartition(Topics.TRACES, p), OffsetSpec.latest());
        latest.put(new TopicPartition(Topics.TRACE_BATCHES, p), OffsetSpec.latest());
      }
      long lag = 0;
      for (var end : admin.listOffsets(latest).all().get().entrySet()) {
        var position = committed.get(end.getKey());
        lag += end.getValue().offset() - (position == null ? 0 : position.offset());
      }
      return lag;
    }
  }
}
