package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.serde.TraceEventBatchWriter;
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
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
  private AvroEncoder<TraceEventBatch> batches;
  private Path config;
  private ProcessorClient client;
  private Process processor;

  @BeforeAll
  void startKafka(@TempDir Path temporary) throws IOException {
    directory = temporary;
    kafka = PipelineFixture.start(directory);
    producer = kafka.producer();
    encoder = kafka.encoder(Topics.TRACES, TraceEvent.class);
    batches = kafka.encoder(Topics.TRACE_BATCHES, TraceEventBatch.class);
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
  void shouldCountBatchesAndSingleRecordsOfTheSameTracesExactlyWhenKilledThreeTimes()
      throws Exception {
    int eachRound = 10_000;
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int from = 0; from < eachRound; from += 200) {
        sent.addAll(sendBatch(round * eachRound + from, 200));
      }
      long before = 2L * round * eachRound;
      await().atMost(PATIENCE).until(() -> client.counted("packed") > before);
      Thread.sleep(random.nextInt(1_500));
      kill();
      startProcessor();
    }
    acknowledge(sent);

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(client.counted("packed")).isEqualTo(3 * 2 * eachRound));
    Thread.sleep(3_000);
    assertThat(client.counted("packed")).as("once each").isEqualTo(3 * 2 * eachRound);
    List<String> places = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> letter : kafka.read(Topics.TRACES_DEAD_LETTER)) {
      if (header(letter, "topic").equals(Topics.TRACE_BATCHES)) {
        assertThat(header(letter, "index")).isEqualTo("100");
        assertThat(header(letter, "reason")).isEqualTo("bad_name");
        places.add(header(letter, "partition") + ":" + header(letter, "offset"));
      }
    }
    assertThat(places).hasSize(3 * eachRound / 200).doesNotHaveDuplicates();
  }

  /**
   * A batch with one bad event in the middle, in a partition of which most traces are not, and a
   * single record for each of its traces. Its last ten events are sent twice.
   */
  private List<Future<RecordMetadata>> sendBatch(int from, int events) {
    TraceEventBatchWriter batch = new TraceEventBatchWriter();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      if (i == events / 2) {
        assertThat(batch.add(encoder.encode(span("", from + i, "bad")))).isTrue();
      }
      byte[] packed = encoder.encode(span("packed", from + i, "packed"));
      assertThat(batch.add(packed)).isTrue();
      byte[] key = traceId(from + i).getBytes(UTF_8);
      byte[] single = encoder.encode(span("packed", from + i, "single"));
      sent.add(producer.send(new ProducerRecord<>(Topics.TRACES, key, single)));
      if (i >= events - 10) {
        assertThat(batch.add(packed)).isTrue();
        sent.add(producer.send(new ProducerRecord<>(Topics.TRACES, key, packed)));
      }
    }
    int partition = random.nextInt(producer.partitionsFor(Topics.TRACE_BATCHES).size());
    byte[] value = batch.write(batches.schemaId());
    sent.add(producer.send(new ProducerRecord<>(Topics.TRACE_BATCHES, partition, null, value)));
    return sent;
  }

  private static String traceId(int number) {
    return "%032x".formatted(number + 1);
  }

  private static TraceEvent span(String service, int number, String id) {
    return TraceEvent.newBuilder()
        .setType(TraceEventType.COMPLETED)
        .setStatus(TraceStatus.COMPLETED)
        .setTraceId(traceId(number))
        .setSpanId(id)
        .setServiceName(service)
        .setOperationName("GET /" + number % 7)
        .setTimestamp(Instant.now())
        .setDurationMicros(1_000L + number)
        .build();
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
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

  /** The hour may close in between, and goes on. */
  private static String withoutFinality(JsonNode series) {
    return series.toString().replaceAll("\"(final|elapsedMs|throughputPerSec)\":[^,]*,", "");
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
