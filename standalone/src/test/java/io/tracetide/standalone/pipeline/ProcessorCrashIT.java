package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.RoleProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
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
  private PipelineFixture kafka;
  private KafkaProducer<byte[], byte[]> producer;
  private AvroEncoder<TraceEvent> encoder;
  private Path config;
  private ProcessorClient client;
  private Process processor;

  @BeforeAll
  void startKafka(@TempDir Path temporary) throws IOException {
    directory = temporary;
    kafka = PipelineFixture.start(directory);
    producer = kafka.producer();
    encoder = kafka.encoder(Topics.TRACES, TraceEvent.class);
    int port = LoopbackPort.free();
    client = new ProcessorClient(port);
    config =
        kafka.writeConfig(
            directory.resolve("tracetide.yaml"),
            """
            processor:
              listener: { port: %d }
              instanceId: it
              stateDir: "%s"
            """
                .formatted(port, directory.resolve("state")));
  }

  @AfterAll
  void stopKafka() {
    kafka.close();
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
      await().atMost(PATIENCE).until(() -> client.counted("killed") > Math.max(0, before - 20_000));
      Thread.sleep(random.nextInt(1_500));
      kill();
      startProcessor();
    }
    acknowledge(sent);

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(client.counted("killed")).isEqualTo(60_000));
    Thread.sleep(3_000);
    assertThat(client.counted("killed")).as("nothing is counted twice").isEqualTo(60_000);
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
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(client.counted("restarted")).isEqualTo(500));
    Instant to = Instant.now().plusSeconds(60);
    String query =
        "/monitoring/analytics?granularity=1h&services=restarted&from=%s&to=%s"
            .formatted(to.minus(Duration.ofHours(6)), to);
    JsonNode before = client.get(query).get("series");

    stopProcessor();
    startProcessor();

    await().atMost(PATIENCE).until(() -> client.counted("restarted") > 0);
    assertThat(withoutFinality(client.get(query).get("series"))).isEqualTo(withoutFinality(before));
    assertThat(client.text("/metrics")).contains("tracetide_processor_events_received_total 0.0");
  }

  /** The hour may close in between. */
  private static String withoutFinality(JsonNode series) {
    return series.toString().replaceAll("\"final\":(true|false)", "");
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
}
