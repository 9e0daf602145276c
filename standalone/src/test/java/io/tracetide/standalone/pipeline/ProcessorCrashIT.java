package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.TopicCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.broker.EmbeddedKafka;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.RoleProcess;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The processor as a process of its own: what it counts when it is killed and when it restarts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessorCrashIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Random random = new Random(7);

  private Path directory;
  private DataDirectory data;
  private EmbeddedKafka kafka;
  private EmbeddedRegistry registry;
  private HttpSchemaRegistry schemas;
  private KafkaProducer<byte[], byte[]> producer;
  private AvroEncoder<TraceEvent> encoder;
  private Path config;
  private String url = "";
  private Process processor;

  @BeforeAll
  void startKafka(@TempDir Path temporary) throws IOException {
    directory = temporary;
    data = DataDirectory.claim(directory.resolve("data"));
    kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0, PATIENCE);
    registry = EmbeddedRegistry.start(EmbeddedRegistry.bundled(), data, 0, PATIENCE);
    schemas = HttpSchemaRegistry.create(RegistrySettings.of(registry.url()));
    try (Admin admin = Admin.create(clients())) {
      TopicCatalog.ensure(admin, 4, (short) 1, PATIENCE);
    }
    SubjectCatalog.register(schemas);
    producer = new KafkaProducer<>(clients(), new ByteArraySerializer(), new ByteArraySerializer());
    encoder =
        new AvroEncoder<>(schemas, SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class);
    int port = LoopbackPort.free();
    url = "http://127.0.0.1:" + port;
    config = directory.resolve("tracetide.yaml");
    Files.writeString(
        config,
        """
        kafka: { bootstrapServers: "%s" }
        registry: { url: "%s" }
        processor:
          listener: { port: %d }
          instanceId: it
          stateDir: "%s"
        """
            .formatted(kafka.bootstrapServers(), registry.url(), port, directory.resolve("state")));
  }

  @AfterAll
  void stopKafka() {
    producer.close();
    schemas.close();
    registry.close();
    kafka.close();
    data.close();
  }

  @BeforeEach
  void startProcessor() throws IOException {
    processor = RoleProcess.start("processor", config, directory.resolve("processor.log"));
  }

  @AfterEach
  void stopProcessor() throws InterruptedException {
    processor.destroy();
    processor.waitFor();
  }

  private void kill() throws InterruptedException {
    processor.destroyForcibly().waitFor();
  }

  @Test
  void shouldCountExactlyWhenKilledThreeTimes() throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      long before = round * 20_000L;
      for (int i = 0; i < 20_000; i++) {
        sent.add(send(event("killed", Instant.now(), 500 + random.nextInt(10_000))));
      }
      // In the middle: something of this round is counted, and something is left to be counted.
      await().atMost(PATIENCE).until(() -> counted("killed") > Math.max(0, before - 20_000));
      Thread.sleep(random.nextInt(1_500));
      kill();
      startProcessor();
    }
    acknowledge(sent);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(counted("killed")).isEqualTo(60_000));
    Thread.sleep(3_000);
    assertThat(counted("killed")).as("nothing is counted twice").isEqualTo(60_000);
    String log = Files.readString(directory.resolve("processor.log"));
    assertThat(log.lines().filter(line -> line.contains("unclean shutdown: "))).hasSize(3);
    assertThat(log).doesNotContain("TaskCorruptedException", "are corrupted", "set aside");
  }

  @Test
  void shouldAnswerTheSameAfterARestartWithoutReadingAgain() throws Exception {
    for (int i = 0; i < 500; i++) {
      send(event("restarted", Instant.now(), 1000 + i));
    }
    producer.flush();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(counted("restarted")).isEqualTo(500));
    Instant to = Instant.now().plusSeconds(60);
    String query =
        "/monitoring/analytics?granularity=1h&services=restarted&from=%s&to=%s"
            .formatted(to.minus(Duration.ofHours(6)), to);
    JsonNode before = get(query).get("series");

    stopProcessor();
    startProcessor();

    await().atMost(PATIENCE).until(() -> counted("restarted") > 0);
    assertThat(withoutFinality(get(query).get("series"))).isEqualTo(withoutFinality(before));
    assertThat(text("/metrics")).contains("tracetide_processor_events_received_total 0.0");
  }

  /** The hour may close in between. */
  private static String withoutFinality(JsonNode series) {
    return series.toString().replaceAll("\"final\":(true|false)", "");
  }

  private Map<String, Object> clients() {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  private Future<RecordMetadata> send(byte[] value) {
    byte[] key = ("trace-" + random.nextLong()).getBytes(UTF_8);
    return producer.send(new ProducerRecord<>(Topics.TRACES, key, value));
  }

  private static void acknowledge(List<Future<RecordMetadata>> sent)
      throws InterruptedException, ExecutionException {
    for (Future<RecordMetadata> one : sent) {
      one.get();
    }
  }

  private byte[] event(String service, Instant end, long durationMicros) {
    return encoder.encode(
        TraceEvent.newBuilder()
            .setType(TraceEventType.COMPLETED)
            .setStatus(TraceStatus.COMPLETED)
            .setTraceId("trace-" + durationMicros)
            .setServiceName(service)
            .setOperationName("GET /" + durationMicros % 7)
            .setTimestamp(end)
            .setDurationMicros(durationMicros)
            .build());
  }

  /** Work of a service that is visible to queries; 0 while the processor does not answer. */
  private long counted(String service) throws Exception {
    Instant to = Instant.now().plusSeconds(60);
    JsonNode answer =
        get(
            "/monitoring/analytics?granularity=1h&operations=*&services=%s&from=%s&to=%s"
                .formatted(service, to.minus(Duration.ofHours(6)), to));
    long count = 0;
    for (JsonNode series : answer.path("series")) {
      for (JsonNode point : series.get("points")) {
        count += point.get("count").asLong();
      }
    }
    return count;
  }

  private JsonNode get(String path) throws Exception {
    String text = text(path);
    return text.isEmpty() ? JSON.createObjectNode() : JSON.readTree(text);
  }

  private String text(String path) throws InterruptedException {
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(url + path))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 ? response.body() : "";
    } catch (IOException e) {
      return ""; // Not up yet.
    }
  }
}
