package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.client.DropReason;
import io.tracetide.client.EmitterStats;
import io.tracetide.client.TraceEmitter;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import io.tracetide.standalone.launch.StoredEvents;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events whose time the broker refuses, among others in one request of the producer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedTimesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EVENTS = 300;
  private static final Set<Integer> REFUSED = Set.of(7, 150, 151, 299);

  @TempDir static Path directory;

  private PipelineFixture kafka;
  private GatewayApp gateway;

  @BeforeAll
  void start() throws Exception {
    kafka = PipelineFixture.in(directory).start();
    try (Admin admin = Admin.create(kafka.clients())) {
      for (String topic : StoredEvents.TOPICS) {
        admin
            .incrementalAlterConfigs(
                Map.of(
                    new ConfigResource(ConfigResource.Type.TOPIC, topic),
                    List.of(
                        new AlterConfigOp(
                            new ConfigEntry(
                                TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, "60000"),
                            AlterConfigOp.OpType.SET))))
            .all()
            .get();
        awaitLimit(admin, new ConfigResource(ConfigResource.Type.TOPIC, topic));
      }
    }
    // The broker changes its logs right after it shows the setting.
    TimeUnit.SECONDS.sleep(1);
    TracetideConfig config = kafka.config(directory.resolve("state"));
    gateway =
        GatewayApp.start(config.gateway(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("gateway", gateway.url(), PATIENCE, () -> {});
  }

  private static void awaitLimit(Admin admin, ConfigResource topic) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                admin
                    .describeConfigs(List.of(topic))
                    .all()
                    .get()
                    .get(topic)
                    .get(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG)
                    .value()
                    .equals("60000"));
  }

  @AfterAll
  void stop() {
    gateway.close();
    kafka.close();
  }

  @Test
  void shouldRejectOnlyTheEventsOfARequestThatTheBrokerRefuses() throws Exception {
    String service = "gateway";
    List<Map<String, Object>> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      events.add(
          Map.of(
              "type",
              "COMPLETED",
              "traceId",
              service + "-" + i,
              "serviceName",
              service,
              "operationName",
              "op",
              "status",
              "COMPLETED",
              "timestamp",
              time(i).toString(),
              "durationMicros",
              1_000));
    }
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/trace-events"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(events)))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.get("accepted").asInt()).isEqualTo(EVENTS - REFUSED.size());
    assertThat(stored(service)).isEqualTo(accepted(service));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void shouldDropOnlyTheEventsOfAServiceThatTheBrokerRefuses(String batches) {
    String service = "emitter-" + batches;
    try (TraceEmitter emitter =
        TraceEmitter.builder()
            .environment(
                Map.of(
                    "TRACETIDE_BOOTSTRAP_SERVERS",
                    kafka.bootstrapServers(),
                    "TRACETIDE_SCHEMA_REGISTRY_URL",
                    kafka.registryUrl(),
                    "TRACETIDE_SERVICE_NAME",
                    service,
                    "TRACETIDE_BATCHES",
                    batches))
            .build()) {
      for (int i = 0; i < EVENTS; i++) {
        emitter.emit(
            TraceEvent.newBuilder()
                .setType(TraceEventType.COMPLETED)
                .setTraceId(service + "-" + i)
                .setServiceName(service)
                .setOperationName("op")
                .setStatus(TraceStatus.COMPLETED)
                .setTimestamp(time(i))
                .setDurationMicros(1_000L)
                .build());
      }
      assertThat(emitter.flush(PATIENCE)).isTrue();

      EmitterStats stats = emitter.stats();
      assertThat(stats.acknowledged()).isEqualTo(EVENTS - REFUSED.size());
      assertThat(stats.droppedByReason()).containsEntry(DropReason.INVALID, (long) REFUSED.size());
      assertThat(stats.dropped()).isEqualTo(REFUSED.size());
    }
    assertThat(stored(service)).isEqualTo(accepted(service));
  }

  private static Instant time(int event) {
    Instant now = Instant.now();
    return REFUSED.contains(event) ? now.plus(Duration.ofMinutes(2)) : now;
  }

  private static Set<String> accepted(String service) {
    Set<String> ids = new TreeSet<>();
    for (int i = 0; i < EVENTS; i++) {
      if (!REFUSED.contains(i)) {
        ids.add(service + "-" + i);
      }
    }
    return ids;
  }

  /** Trace ids in Kafka; fails when there is one twice. */
  private Set<String> stored(String service) {
    StoredEvents events = new StoredEvents(kafka.schemas());
    List<String> ids =
        StoredEvents.TOPICS.stream()
            .flatMap(topic -> kafka.read(topic).stream())
            .flatMap(record -> events.of(record).stream())
            .filter(event -> event.getServiceName().equals(service))
            .map(TraceEvent::getTraceId)
            .toList();
    assertThat(ids).doesNotHaveDuplicates();
    return new TreeSet<>(ids);
  }
}
