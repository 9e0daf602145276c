package io.tracetide.standalone.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.alert.SinkApp;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.cli.CommandLineUnderTest;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.RoleProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trail over a real broker and registry, with a processor that is killed. */
class AuditTrailIT {

  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final int ENTRIES = 2_000;

  @TempDir Path directory;

  private PipelineFixture platform;
  private Path config;
  private Process processor;

  @BeforeEach
  void start() throws IOException {
    // A chain has one writer: the processors of other tests would write to it, too.
    platform = PipelineFixture.start(directory);
    config =
        platform.writeConfig(
            directory.resolve("tracetide.yaml"),
            """
            processor:
              listener: { port: 0 }
              applicationId: audit-it
              instanceId: it
              stateDir: "%s"
            """
                .formatted(directory.resolve("state")));
    startProcessor();
  }

  @AfterEach
  void stop() throws InterruptedException {
    processor.destroyForcibly().waitFor();
    platform.close();
  }

  private void startProcessor() throws IOException {
    processor =
        RoleProcess.start(
            "processor",
            config,
            directory.resolve("processor.log"),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=info");
  }

  @Test
  void shouldLeaveUnbrokenChainsWhenTheProcessorIsKilledInTheMiddle() throws Exception {
    TracetideConfig placed = platform.config(directory);
    try (SinkApp sink =
        SinkApp.start(placed.sink(), placed.kafka(), placed.registry(), Clock.systemUTC())) {
      AvroEncoder<Anomaly> anomalies = platform.encoder(Topics.ANOMALIES, Anomaly.class);
      send(Topics.ANOMALIES, "fp-it", anomalies.encode(anomaly()));
      AvroEncoder<AuditEntry> entries = platform.encoder(Topics.AUDIT_ENTRIES, AuditEntry.class);
      for (int i = 0; i < ENTRIES; i++) {
        send(Topics.AUDIT_ENTRIES, "tenant-" + i % 7, entries.encode(entry(i)));
        if (i % 500 == 250) {
          platform.producer().flush();
          int sent = i;
          await().atMost(PATIENCE).until(() -> trail().size() > sent / 2);
          processor.destroyForcibly().waitFor();
          startProcessor();
        }
      }
      platform.producer().flush();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(2))
          .untilAsserted(
              () ->
                  assertThat(trail())
                      .extracting(record -> record.getActor() + " " + record.getAction())
                      .contains(
                          "sink configuration.loaded",
                          "processor configuration.loaded",
                          "sink alert.firing")
                      .filteredOn(what -> what.equals("it token.used"))
                      .hasSize(ENTRIES));
      assertThat(sink.health().report()).isNotNull();
    }

    CommandLineUnderTest verify =
        CommandLineUnderTest.run("audit", "verify", "-c", config.toString());
    assertThat(verify.exit()).as(verify.out()).isZero();
    assertThat(verify.out().lines()).hasSize(4).allMatch(line -> line.contains(": holds, "));
    String head = verify.out().lines().findFirst().orElseThrow().replaceAll(".*head ", "");
    assertThat(head).startsWith("0:");

    Path export = directory.resolve("trail.jsonl");
    CommandLineUnderTest exported =
        CommandLineUnderTest.run(
            "audit",
            "export",
            "-c",
            config.toString(),
            "--tenant",
            "tenant-3",
            "--out",
            export.toString());
    assertThat(exported.exit()).as(exported.out()).isZero();
    assertThat(exported.out()).contains("exported " + (ENTRIES / 7 + 1) + " records");
    assertThat(Files.readString(export)).doesNotContain("tenant-4");
    assertThat(CommandLineUnderTest.run("audit", "verify", "--file", export.toString()).exit())
        .isZero();

    byte[] changed = Files.readAllBytes(export);
    changed[changed.length / 2] ^= 1;
    Files.write(export, changed);
    CommandLineUnderTest broken =
        CommandLineUnderTest.run("audit", "verify", "--file", export.toString());
    assertThat(broken.exit()).isEqualTo(1);
    assertThat(broken.out()).contains("broken");
    assertThat(CommandLineUnderTest.run("audit", "verify", "--head", "nonsense").exit())
        .isEqualTo(2);
  }

  private List<AuditRecord> trail() {
    List<AuditRecord> records = new ArrayList<>();
    try (RetainedAudit trail =
        RetainedAudit.open(
            new KafkaConfig(platform.bootstrapServers(), Map.of()), platform.schemas(), PATIENCE)) {
      trail.read(
          new RetainedAudit.Reader() {
            @Override
            public void record(int partition, AuditRecord record) {
              records.add(record);
            }

            @Override
            public void unreadable(int partition, String detail) {
              throw new AssertionError(detail);
            }
          },
          done -> {});
    }
    return records;
  }

  private void send(String topic, String key, byte[] value) {
    platform.producer().send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  private static AuditEntry entry(int number) {
    return new AuditEntry(
        "tenant-" + number % 7,
        Instant.now(),
        "it",
        "token.used",
        "token-" + number,
        Map.of("count", Integer.toString(number)));
  }

  private static Anomaly anomaly() {
    Instant now = Instant.now();
    return Anomaly.newBuilder()
        .setAnomalyId("fp-it@" + now)
        .setFingerprint("fp-it")
        .setServiceName("checkout")
        .setOperationName("POST /pay")
        .setDetector(Detector.CONTRACT)
        .setKind(AnomalyKind.LATENCY)
        .setRule("pay-within-1s")
        .setSeverity(Severity.HIGH)
        .setConfidence(1.0)
        .setState(AnomalyState.OPEN)
        .setOpenedAt(now)
        .setUpdatedAt(now)
        .setWindowStart(now.minusSeconds(10))
        .setWindowEnd(now)
        .setSummary("took longer than 1 s")
        .setExemplars(new Exemplars(null, "trace-1", null))
        .build();
  }
}
