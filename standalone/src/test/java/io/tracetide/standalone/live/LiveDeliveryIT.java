package io.tracetide.standalone.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.ProcessorApp;
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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Each event is in a message, once; the log has the time from one to the other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveDeliveryIT {
  private static final Logger log = LoggerFactory.getLogger(LiveDeliveryIT.class);
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int EVENTS = 200;
  private static final int WARM_UP = 50;

  private PipelineFixture kafka;
  private AvroEncoder<TraceEvent> encoder;
  private ProcessorApp processor;

  @BeforeAll
  void start(@TempDir Path directory) throws InterruptedException {
    kafka = PipelineFixture.start(directory);
    encoder = kafka.encoder(Topics.TRACES, TraceEvent.class);
    TracetideConfig config = kafka.config(directory.resolve("state"));
    processor =
        ProcessorApp.start(
            config.processor(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
  }

  @AfterAll
  void stop() {
    processor.close();
    kafka.close();
  }

  private void send(TraceEventType type, String trace) {
    boolean ended = type == TraceEventType.COMPLETED;
    TraceEvent event =
        TraceEvent.newBuilder()
            .setType(type)
            .setStatus(ended ? TraceStatus.COMPLETED : TraceStatus.RUNNING)
            .setTraceId(trace)
            .setServiceName(ended ? "metered" : "followed")
            .setOperationName("work")
            .setTimestamp(Instant.now())
            .setDurationMicros(ended ? 2_000L : null)
            .build();
    kafka
        .producer()
        .send(new ProducerRecord<>(Topics.TRACES, trace.getBytes(UTF_8), encoder.encode(event)));
  }

  @Test
  void shouldSendEachEventOnce() throws Exception {
    try (SocketClient metrics = SocketClient.open(processor.url());
        SocketClient traces = SocketClient.open(processor.url())) {
      metrics.send(
          "{\"type\":\"subscribe_metrics\",\"services\":\"metered\",\"operations\":\"work\"}");
      traces.send("{\"type\":\"subscribe_traces\",\"service\":\"followed\"}");
      metrics.next("metrics_update");
      traces.next("trace_update");
      List<Long> sentNanos = Collections.synchronizedList(new ArrayList<>());
      Map<String, Long> startedNanos = new ConcurrentHashMap<>();
      Thread sender = new Thread(() -> sendAll(sentNanos, startedNanos), "sender");
      sender.start();
      List<Long> ofMetrics = new ArrayList<>();
      Thread counter = new Thread(() -> awaitSpans(metrics, sentNanos, ofMetrics), "counter");
      counter.start();
      List<Long> ofTraces = awaitTraces(traces, startedNanos);
      counter.join();
      sender.join();

      report("metrics", ofMetrics);
      report("traces", ofTraces);
      assertThat(ofMetrics).hasSize(EVENTS);
      assertThat(startedNanos).isEmpty();
    }
  }

  private void sendAll(List<Long> sentNanos, Map<String, Long> startedNanos) {
    Random random = new Random(5);
    for (int i = 0; i < EVENTS; i++) {
      String trace = UUID.randomUUID().toString();
      sentNanos.add(System.nanoTime());
      startedNanos.put(trace, System.nanoTime());
      send(TraceEventType.COMPLETED, UUID.randomUUID().toString());
      send(TraceEventType.STARTED, trace);
      try {
        TimeUnit.MILLISECONDS.sleep(10 + random.nextInt(70));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Notes for each span when the sum of the counts has reached its number. */
  private static void awaitSpans(SocketClient client, List<Long> sentNanos, List<Long> delays) {
    Map<String, Long> counts = new HashMap<>();
    try {
      while (delays.size() < EVENTS) {
        JsonNode update = client.next("metrics_update");
        long now = System.nanoTime();
        if (update.at("/snapshot").asBoolean()) {
          counts.clear();
        }
        // An update has a series once for each of its windows that has changed.
        for (JsonNode series : update.at("/series")) {
          for (JsonNode point : series.at("/points")) {
            counts.put(point.at("/start").asText(), point.at("/count").asLong());
          }
        }
        long sum = counts.values().stream().mapToLong(Long::longValue).sum();
        while (delays.size() < sum) {
          delays.add(now - sentNanos.get(delays.size()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<Long> awaitTraces(SocketClient client, Map<String, Long> startedNanos)
      throws InterruptedException {
    List<Long> delays = new ArrayList<>();
    while (delays.size() < EVENTS) {
      JsonNode update = client.next("trace_update");
      long now = System.nanoTime();
      for (JsonNode trace : update.at("/traces")) {
        Long started = startedNanos.remove(trace.at("/traceId").asText());
        if (started != null) {
          delays.add(now - started);
        }
      }
    }
    return delays;
  }

  private static long quantile(List<Long> delays, double share) {
    List<Long> sorted = delays.subList(WARM_UP, delays.size()).stream().sorted().toList();
    return sorted.get((int) (share * (sorted.size() - 1)));
  }

  private static void report(String of, List<Long> delays) {
    log.info(
        "from event to message of={} p50Ms={} p99Ms={} maxMs={}",
        of,
        quantile(delays, 0.5) / 1_000_000,
        quantile(delays, 0.99) / 1_000_000,
        quantile(delays, 1) / 1_000_000);
  }
}
