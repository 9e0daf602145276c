package io.tracetide.standalone.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Live queries of two processors that share the partitions: each shows the changes of both. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveFleetIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** Enough that both processors have some. */
  private static final int SERVICES = 30;

  private final List<ProcessorApp> processors = new ArrayList<>();
  private PipelineFixture kafka;
  private AvroEncoder<TraceEvent> encoder;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    kafka = PipelineFixture.start(directory);
    encoder = kafka.encoder(Topics.TRACES, TraceEvent.class);
    for (String name : List.of("first", "second")) {
      TracetideConfig config =
          ConfigReader.parse(
              "processor: {instanceId: %s}".formatted(name),
              kafka.config(directory.resolve(name)),
              Map.of());
      processors.add(
          ProcessorApp.start(
              config.processor(), config.kafka(), config.registry(), Clock.systemUTC()));
    }
    for (ProcessorApp processor : processors) {
      new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
    }
  }

  @AfterAll
  void stop() {
    processors.forEach(ProcessorApp::close);
    kafka.close();
  }

  private String send(TraceEventType type, String service) {
    String trace = UUID.randomUUID().toString();
    boolean ended = type == TraceEventType.COMPLETED;
    TraceEvent event =
        TraceEvent.newBuilder()
            .setType(type)
            .setStatus(ended ? TraceStatus.COMPLETED : TraceStatus.RUNNING)
            .setTraceId(trace)
            .setServiceName(service)
            .setOperationName("work")
            .setTimestamp(Instant.now())
            .setDurationMicros(ended ? 2_000L : null)
            .build();
    kafka
        .producer()
        .send(new ProducerRecord<>(Topics.TRACES, trace.getBytes(UTF_8), encoder.encode(event)));
    return trace;
  }

  private void work() {
    for (int i = 0; i < SERVICES; i++) {
      send(TraceEventType.COMPLETED, "service-" + i);
    }
  }

  /** Reads updates until each service has that many spans. */
  private static void awaitCounts(SocketClient client, Map<String, Long> points, int spans)
      throws InterruptedException {
    while (true) {
      Map<String, Long> counts = new HashMap<>();
      points.forEach(
          (key, count) -> counts.merge(key.substring(0, key.indexOf(' ')), count, Long::sum));
      if (counts.size() == SERVICES && counts.values().stream().allMatch(sum -> sum == spans)) {
        return;
      }
      JsonNode update = client.next("metrics_update");
      if (update.at("/snapshot").asBoolean()) {
        points.clear();
      }
      for (JsonNode series : update.at("/series")) {
        for (JsonNode point : series.at("/points")) {
          points.put(
              series.at("/service").asText() + " " + point.at("/start").asText(),
              point.at("/count").asLong());
        }
      }
    }
  }

  @Test
  void shouldShowTheChangesOfBothAndGoOnWhenOneStops() throws Exception {
    String metrics = "{\"type\":\"subscribe_metrics\",\"operations\":\"*\"}";
    try (SocketClient first = SocketClient.open(processors.get(0).url());
        SocketClient second = SocketClient.open(processors.get(1).url());
        SocketClient traces = SocketClient.open(processors.get(1).url())) {
      first.send(metrics);
      second.send(metrics);
      traces.send("{\"type\":\"subscribe_traces\",\"state\":\"in_flight\"}");
      Map<String, Long> ofFirst = new HashMap<>();
      Map<String, Long> ofSecond = new HashMap<>();
      for (SocketClient client : List.of(first, second, traces)) {
        JsonNode snapshot = client.next(message -> message.at("/snapshot").asBoolean());
        assertThat(snapshot.at("/partial").asBoolean()).isFalse();
      }
      work();
      Set<String> started = new HashSet<>();
      for (int i = 0; i < SERVICES; i++) {
        started.add(send(TraceEventType.STARTED, "service-" + i));
      }

      awaitCounts(first, ofFirst, 1);
      awaitCounts(second, ofSecond, 1);
      while (!started.isEmpty()) {
        traces
            .next("trace_update")
            .at("/traces")
            .forEach(trace -> started.remove(trace.at("/traceId").asText()));
      }

      processors.remove(0).close();
      assertThat(first.status()).isEqualTo(1001);
      work();
      awaitCounts(second, ofSecond, 2);
      JsonNode last = second.next("metrics_update");
      assertThat(last.at("/missing")).isEmpty();
    }
  }
}
