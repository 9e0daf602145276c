package io.tracetide.standalone.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.SinkApp;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.environment.DamagedStores;
import io.tracetide.standalone.environment.DamagedStores.Harm;
import io.tracetide.standalone.launch.PipelineFixture;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert sink on damaged stores: what it knows of alerts afterwards, and when it gives up. */
class DamagedAlertsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Instant OPENED_AT = Instant.parse("2026-03-01T10:00:00Z");
  private static final int ALERTS = 60;

  @TempDir Path directory;

  private PipelineFixture platform;
  private TracetideConfig config;
  private Path state;
  private KafkaProducer<byte[], byte[]> producer;
  private AvroEncoder<Anomaly> encoder;

  @BeforeEach
  void start() {
    platform = PipelineFixture.start(directory);
    config = platform.config(directory.resolve("state"));
    state = directory.resolve("state/sink/tracetide-alerts");
    producer = platform.producer();
    encoder = platform.encoder(Topics.ANOMALIES, Anomaly.class);
  }

  @AfterEach
  void stop() {
    platform.close();
  }

  private SinkApp sink() {
    return SinkApp.start(config.sink(), config.kafka(), config.registry(), Clock.systemUTC());
  }

  @Test
  void shouldKnowItsAlertsAfterEveryDamage() throws Exception {
    try (SinkApp sink = sink()) {
      for (int i = 0; i < ALERTS; i++) {
        send(anomaly("fp-" + i, 0));
      }
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(alerts(sink)).hasSize(ALERTS));
    }
    // The tasks of the decision; those before it only route anomalies to it.
    List<Path> tasks =
        DamagedStores.tasks(state).stream()
            .filter(task -> task.getFileName().toString().startsWith("1_"))
            .toList();
    assertThat(tasks).hasSize(4);
    DamagedStores.damage(tasks.get(0), Harm.CURRENT_DELETED);
    DamagedStores.damage(tasks.get(1), Harm.MANIFEST_CUT);
    DamagedStores.damage(tasks.get(2), Harm.FOOTER_FLIPPED);
    DamagedStores.damage(tasks.get(3), Harm.OPTIONS_EMPTIED);

    try (SinkApp sink = sink()) {
      await().atMost(PATIENCE).until(() -> sink.health().report().isUp());
      assertThat(damaged(sink)).isEqualTo(3);
      assertThat(setAside()).isEqualTo(Set.of("1_0", "1_1", "1_2"));

      // While it runs: the one that is sound, to the last byte, before any of it is in memory.
      DamagedStores.damageAllData(tasks.get(3));
      for (int i = 0; i < ALERTS; i++) {
        send(anomaly("fp-" + i, 1));
      }
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(damaged(sink)).isEqualTo(4));
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(alerts(sink)).hasSize(ALERTS));
      await().atMost(PATIENCE).until(() -> sink.health().report().isUp());
      send(anomaly("fp-new", 0));
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(alerts(sink)).contains("fp-new"));
    }

    DamagedStores.damage(tasks.get(3), Harm.CURRENT_DELETED);
    assertThatThrownBy(this::sink)
        .isInstanceOf(EnvironmentException.class)
        .hasMessageStartingWith(
            "state directory %s is damaged a second time within 10 minutes (store "
                .formatted(tasks.get(3)));
  }

  /** Names of the tasks that are set aside. */
  private Set<String> setAside() throws IOException {
    Set<String> names = new TreeSet<>();
    try (var list = Files.newDirectoryStream(state, "corrupt-*")) {
      for (Path aside : list) {
        try (var tasks = Files.newDirectoryStream(aside)) {
          tasks.forEach(task -> names.add(task.getFileName().toString()));
        }
      }
    }
    return names;
  }

  private void send(Anomaly anomaly) throws Exception {
    producer
        .send(
            new ProducerRecord<>(
                Topics.ANOMALIES,
                anomaly.getFingerprint().getBytes(UTF_8),
                encoder.encode(anomaly)))
        .get();
  }

  private static double damaged(SinkApp sink) throws Exception {
    String meter = "tracetide_sink_tasks_restored_damaged_total ";
    return text(sink, "/metrics")
        .lines()
        .filter(line -> line.startsWith(meter))
        .mapToDouble(line -> Double.parseDouble(line.substring(meter.length())))
        .sum();
  }

  private static List<String> alerts(SinkApp sink) throws Exception {
    return new ObjectMapper()
        .readTree(text(sink, "/api/v2/alerts"))
        .findValuesAsText("fingerprint");
  }

  private static String text(SinkApp sink, String path) throws Exception {
    HttpResponse<String> response =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .build()
            .send(
                HttpRequest.newBuilder(URI.create(sink.url() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isIn(200, 503);
    return response.body();
  }

  private static Anomaly anomaly(String fingerprint, int revision) {
    Instant at = OPENED_AT.plusSeconds(10L * revision);
    return Anomaly.newBuilder()
        .setTenantId("tenant-" + Math.floorMod(fingerprint.hashCode(), 16))
        .setAnomalyId(fingerprint + "@" + OPENED_AT)
        .setFingerprint(fingerprint)
        .setServiceName("checkout")
        .setOperationName("POST /pay")
        .setDetector(Detector.THRESHOLD)
        .setKind(AnomalyKind.LATENCY)
        .setRule("slow")
        .setSeverity(Severity.HIGH)
        .setConfidence(1.0)
        .setState(AnomalyState.OPEN)
        .setRevision(revision)
        .setOpenedAt(OPENED_AT)
        .setUpdatedAt(at)
        .setResolvedAt(null)
        .setWindowStart(at.minusSeconds(10))
        .setWindowEnd(at)
        .setObserved(Map.of("p95Ms", 840.0))
        .setExpected(Map.of("p95Ms", 500.0))
        .setContributions(Map.of("p95Ms", 1.0))
        .setSummary("p95 is 840 ms, above 500 ms")
        .setExemplars(new Exemplars(null, null, null))
        .build();
  }
}
