package io.tracetide.standalone.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.RoleProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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
  private int port;

  @BeforeEach
  void start() throws IOException {
    // A chain has one writer: the processors of other tests would write to it, too.
    platform = PipelineFixture.start(directory);
    port = LoopbackPort.free();
    config =
        platform.writeConfig(
            directory.resolve("tracetide.yaml"),
            """
            processor:
              listener: { port: %d }
              applicationId: audit-it
              instanceId: it
              stateDir: "%s"
            """
                .formatted(port, directory.resolve("state")));
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
    shouldAnswerTheSameOverHttp(verify.out());

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

  /** Compares the answers of the processor with the trail and with what the command has printed. */
  private void shouldAnswerTheSameOverHttp(String verified) throws Exception {
    List<Long> sequences = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = get("/monitoring/audit?tenant=tenant-3&actor=it&limit=100" + cursor);
      page.at("/entries").forEach(entry -> sequences.add(number(entry)));
      cursor = page.at("/cursor").isNull() ? "" : "&cursor=" + page.at("/cursor").asText();
    } while (!cursor.isEmpty());
    assertThat(sequences)
        .hasSize(ENTRIES / 7 + 1)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(get("/monitoring/audit?action=alert.*&detail=label.alertname=pay-*").at("/entries"))
        .isNotEmpty()
        .allSatisfy(
            entry -> {
              assertThat(entry.at("/actor").asText()).isEqualTo("sink");
              assertThat(entry.at("/action").asText()).isEqualTo("alert.firing");
            });

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode answer = get("/monitoring/audit/verification");
              assertThat(answer.at("/valid").asBoolean()).isTrue();
              assertThat(answer.at("/records").asLong()).isEqualTo(trail().size());
              for (JsonNode chain : answer.at("/partitions")) {
                assertThat(verified)
                    .contains(
                        "head %d:%d:%s"
                            .formatted(
                                chain.at("/partition").asInt(),
                                chain.at("/lastSequence").asLong(),
                                chain.at("/headHash").asText()));
              }
            });
  }

  private static long number(JsonNode entry) {
    return Long.parseLong(entry.at("/details/count").asText());
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
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
