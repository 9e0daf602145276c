package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.client.ExecutionTrace;
import io.tracetide.client.TraceEmitter;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceFindingCodec;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.TopicCatalog;
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
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Traces in flight, followed by a processor of its own that is killed: on topics that are silent.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FINDINGS = "tracetide-processor-trace-findings-repartition";
  private static final int PARTITIONS = 4;

  /** How long a trace may be silent here. */
  private static final long BOUND_MS = 10_000;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<TraceFinding> findings = new ArrayList<>();

  private Path directory;
  private DataDirectory data;
  private EmbeddedKafka kafka;
  private EmbeddedRegistry registry;
  private HttpSchemaRegistry schemas;
  private TraceEmitter emitter;
  private Path config;
  private String url = "";
  private Process processor;
  private KafkaConsumer<byte[], byte[]> consumer;

  @BeforeAll
  void startKafka(@TempDir Path temporary) throws IOException {
    directory = temporary;
    data = DataDirectory.claim(directory.resolve("data"));
    kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0, PATIENCE);
    registry = EmbeddedRegistry.start(EmbeddedRegistry.bundled(), data, 0, PATIENCE);
    schemas = HttpSchemaRegistry.create(RegistrySettings.of(registry.url()));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      TopicCatalog.ensure(admin, PARTITIONS, (short) 1, PATIENCE);
    }
    SubjectCatalog.register(schemas);
    emitter =
        TraceEmitter.builder()
            .bootstrapServers(kafka.bootstrapServers())
            .schemaRegistry(registry.url())
            .serviceName("planner")
            .build();
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
          ledger: { silence: { withoutHistory: %dms } }
        """
            .formatted(
                kafka.bootstrapServers(),
                registry.url(),
                port,
                directory.resolve("state"),
                BOUND_MS));
    startProcessor();
    await().atMost(PATIENCE).until(() -> !text("/readyz").isEmpty());
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(
        consumer.partitionsFor(FINDINGS).stream()
            .map(partition -> new TopicPartition(FINDINGS, partition.partition()))
            .toList());
  }

  @AfterAll
  void stopKafka() throws InterruptedException {
    processor.destroy();
    processor.waitFor();
    consumer.close();
    emitter.close();
    schemas.close();
    registry.close();
    kafka.close();
    data.close();
  }

  private void startProcessor() throws IOException {
    processor = RoleProcess.start("processor", config, directory.resolve("processor.log"));
  }

  @Test
  void shouldFindAStuckTraceOnASilentTopicAndCountItOnceWhenItEnds() throws Exception {
    ExecutionTrace trace = emitter.startExecutionTrace("silent work");
    emitter.flush(Duration.ofSeconds(10));
    long startMs = System.currentTimeMillis();

    TraceFinding stuck = awaitFinding(trace.traceId(), true);
    long seenMs = System.currentTimeMillis();

    assertThat(stuck.breach().kind()).isEqualTo(AnomalyKind.STUCK_TRACE);
    assertThat((double) (stuck.atMs() - startMs)).isCloseTo(BOUND_MS, within(2_000.0));
    assertThat(seenMs - startMs - BOUND_MS).as("committed").isLessThan(3_500);

    trace.complete();
    emitter.flush(Duration.ofSeconds(10));

    awaitFinding(trace.traceId(), false);
    await().atMost(PATIENCE).until(() -> counted("silent work") > 0);
    Thread.sleep(3_000);
    assertThat(counted("silent work")).isEqualTo(1);
  }

  @Test
  void shouldKeepSilenceOverAKillAndNotCountDowntime() throws Exception {
    ExecutionTrace trace = emitter.startExecutionTrace("interrupted work");
    emitter.flush(Duration.ofSeconds(10));
    Thread.sleep(BOUND_MS / 2);
    processor.destroyForcibly().waitFor();
    Thread.sleep(BOUND_MS);
    long againMs = System.currentTimeMillis();
    startProcessor();

    TraceFinding stuck = awaitFinding(trace.traceId(), true);

    // Half of the bound has passed before the kill, less what was not committed.
    assertThat(stuck.atMs() - againMs)
        .as("blind time does not count")
        .isGreaterThan(BOUND_MS / 2 - 1_000);
    await().atMost(PATIENCE).until(() -> !text("/readyz").isEmpty());
    trace.complete();
    emitter.flush(Duration.ofSeconds(10));
    awaitFinding(trace.traceId(), false);
    await().atMost(PATIENCE).until(() -> counted("interrupted work") > 0);
    assertThat(counted("interrupted work")).isEqualTo(1);
  }

  private TraceFinding awaitFinding(String traceId, boolean open) {
    long untilNanos = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < untilNanos) {
      for (TraceFinding finding : findings) {
        if (finding.traceId().equals(traceId) && finding.open() == open) {
          return finding;
        }
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        findings.add(TraceFindingCodec.decode(record.value()));
      }
    }
    throw new AssertionError("nothing was found of " + traceId + ", only " + findings);
  }

  /** Work of an operation that is visible to queries; 0 while the processor does not answer. */
  private long counted(String operation) throws Exception {
    Instant to = Instant.now().plusSeconds(60);
    String text =
        text(
            "/monitoring/analytics?granularity=1h&services=planner&operations=%s&from=%s&to=%s"
                .formatted(operation.replace(" ", "%20"), to.minus(Duration.ofHours(6)), to));
    long count = 0;
    if (!text.isEmpty()) {
      for (JsonNode series : JSON.readTree(text).path("series")) {
        for (JsonNode point : series.get("points")) {
          count += point.get("count").asLong();
        }
      }
    }
    return count;
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
