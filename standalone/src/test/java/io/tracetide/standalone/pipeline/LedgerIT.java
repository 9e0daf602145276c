package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.client.ExecutionTrace;
import io.tracetide.client.TraceEmitter;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceFindingCodec;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.RoleProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  /** How long a trace may be silent here. */
  private static final long BOUND_MS = 10_000;

  private final List<TraceFinding> findings = new ArrayList<>();

  private Path directory;
  private PipelineFixture kafka;
  private TraceEmitter emitter;
  private Path config;
  private ProcessorClient client;
  private Process processor;
  private KafkaConsumer<byte[], byte[]> consumer;

  @BeforeAll
  void startKafka(@TempDir Path temporary) throws IOException {
    directory = temporary;
    kafka = PipelineFixture.start(directory);
    emitter =
        kafka.add(
            "emitter",
            TraceEmitter.builder()
                .bootstrapServers(kafka.bootstrapServers())
                .schemaRegistry(kafka.registryUrl())
                .serviceName("planner")
                .build());
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
              ledger: { silence: { withoutHistory: %dms } }
            """
                .formatted(port, directory.resolve("state"), BOUND_MS));
    startProcessor();
    await().atMost(PATIENCE).until(client::isReady);
    consumer =
        kafka.add(
            "consumer",
            new KafkaConsumer<>(
                Map.of(
                    "bootstrap.servers",
                    kafka.bootstrapServers(),
                    "isolation.level",
                    "read_committed",
                    "auto.offset.reset",
                    "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer()));
    consumer.assign(
        consumer.partitionsFor(FINDINGS).stream()
            .map(partition -> new TopicPartition(FINDINGS, partition.partition()))
            .toList());
  }

  @AfterAll
  void stopKafka() throws InterruptedException {
    processor.destroy();
    processor.waitFor();
    kafka.close();
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
    await().atMost(PATIENCE).until(() -> client.counted("planner", "silent work") > 0);
    Thread.sleep(3_000);
    assertThat(client.counted("planner", "silent work")).isEqualTo(1);
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
    await().atMost(PATIENCE).until(client::isReady);
    trace.complete();
    emitter.flush(Duration.ofSeconds(10));
    awaitFinding(trace.traceId(), false);
    await().atMost(PATIENCE).until(() -> client.counted("planner", "interrupted work") > 0);
    assertThat(client.counted("planner", "interrupted work")).isEqualTo(1);
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
}
