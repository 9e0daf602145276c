package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.processor.ProcessorConfig;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.ApiAnswers;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
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
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that report in time and late, over a real broker, with a restart in between. */
class LateSpansIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECONDS = 120;
  private static final int FAILING_SECONDS = 70;
  private static final int PER_SECOND = 5;

  @TempDir Path directory;

  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private int partitions;
  private AvroEncoder<TraceEvent> encoder;
  private KafkaProducer<byte[], byte[]> producer;

  @Test
  void shouldRaiseTheSameForLateSpansAsForThoseInTime() throws Exception {
    // On a shared broker, the spans of other tests would advance the time of the partition and
    // make those late that this test sends in time.
    try (PipelineFixture platform = PipelineFixture.start(directory.resolve("broker"))) {
      raiseForTimelyAndForLateSpans(platform);
    }
  }

  private void raiseForTimelyAndForLateSpans(PipelineFixture platform) throws Exception {
    TracetideConfig defaults = platform.config(directory);
    ProcessorConfig config =
        ConfigReader.parse(
            """
            listener: { port: 0 }
            stateDir: "%s"
            applicationId: late-spans-it
            windows: { judgeRevisionsFor: 5m }
            """
                .formatted(directory.resolve("state")),
            ProcessorConfig.defaults(),
            Map.of());
    partitions = defaults.topics().partitions();
    String timely = "timely-" + UUID.randomUUID();
    String late = inPartitionOf(timely);
    try (HttpSchemaRegistry registry =
            HttpSchemaRegistry.create(RegistrySettings.of(platform.registryUrl()));
        KafkaProducer<byte[], byte[]> open =
            new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", platform.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      producer = open;
      encoder =
          new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class);
      Instant start = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 10 * 10 - SECONDS);

      JsonNode ofTimely;
      try (ProcessorApp processor = start(config, defaults)) {
        for (int second = 0; second < SECONDS; second++) {
          send(timely, start.plusSeconds(second), second < FAILING_SECONDS);
        }
        awaitSent();
        // Live traffic goes on, which closes the windows.
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(1))
            .untilAsserted(
                () -> {
                  send(timely, Instant.now(), false);
                  assertThat(errors(processor, timely).at("/state").asText()).isEqualTo("RESOLVED");
                });
        ofTimely = errors(processor, timely);
      }

      try (ProcessorApp processor = start(config, defaults)) {
        for (int second = 0; second < FAILING_SECONDS; second++) {
          send(late, start.plusSeconds(second), true);
        }
        awaitSent();
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(errors(processor, late).at("/openedAt").isMissingNode()).isFalse());
        JsonNode ofLate = errors(processor, late);

        assertThat(ofLate.at("/openedAt")).isEqualTo(ofTimely.at("/openedAt"));
        assertThat(ofLate.at("/rule")).isEqualTo(ofTimely.at("/rule"));
        assertThat(ofLate.at("/peak/observed")).isEqualTo(ofTimely.at("/peak/observed"));
        assertThat(ofTimely.at("/peak/observed/error_rate_percent").asDouble()).isEqualTo(100);
        assertThat(ofTimely.at("/observed/error_rate_percent").asDouble()).isZero();
        for (JsonNode each : List.of(ofTimely, ofLate)) {
          assertThat(each.at("/exemplars/error").asText()).startsWith("trace-of-failed");
          assertThat(each.at("/peak/exemplars/error").asText()).startsWith("trace-of-failed");
        }
      }
    }
  }

  /** Only in its partition does the time of one service close the windows of another. */
  private String inPartitionOf(String other) {
    String service;
    do {
      service = "late-" + UUID.randomUUID();
    } while (partition(service) != partition(other));
    return service;
  }

  private int partition(String service) {
    byte[] key = SeriesCodec.encode(SeriesId.ofOperation("default", service, "op"));
    return Math.floorMod(SeriesCodec.serviceHash(key), partitions);
  }

  private static ProcessorApp start(ProcessorConfig config, TracetideConfig platform)
      throws Exception {
    ProcessorApp processor =
        ProcessorApp.start(config, platform.kafka(), platform.registry(), Clock.systemUTC());
    new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
    return processor;
  }

  private void send(String service, Instant second, boolean failed) {
    for (int i = 0; i < PER_SECOND; i++) {
      Instant end = second.plusMillis(150L * i);
      String traceId = inFirstPartition(failed ? "trace-of-failed-" : "trace-of-good-");
      TraceEvent event =
          TraceEvent.newBuilder()
              .setType(TraceEventType.COMPLETED)
              .setTraceId(traceId)
              .setServiceName(service)
              .setOperationName("op")
              .setSpanKind(SpanKind.SERVER)
              .setStatus(failed ? TraceStatus.FAILED : TraceStatus.COMPLETED)
              .setTimestamp(end)
              .setDurationMicros(1_500L)
              .build();
      sent.add(
          producer.send(
              new ProducerRecord<>(
                  Topics.TRACES,
                  null,
                  end.toEpochMilli(),
                  traceId.getBytes(UTF_8),
                  encoder.encode(event))));
    }
  }

  /**
   * Partitions of {@code traces} are read one after the other when their records wait. Only spans
   * of one partition are certain to be counted in the order of their time.
   */
  private String inFirstPartition(String prefix) {
    String traceId;
    do {
      traceId = prefix + UUID.randomUUID();
    } while (BuiltInPartitioner.partitionForKey(traceId.getBytes(UTF_8), partitions) != 0);
    return traceId;
  }

  private void awaitSent() throws Exception {
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }
    sent.clear();
  }

  /** The anomaly that the rule on errors has raised; a missing node when there is none. */
  private static JsonNode errors(ProcessorApp processor, String service) throws Exception {
    HttpResponse<byte[]> answer =
        ApiAnswers.checked(
            HTTP.send(
                HttpRequest.newBuilder(
                        URI.create(
                            processor.url()
                                + "/monitoring/anomalies?timeRange=1h&services="
                                + service))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray()));
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
    for (JsonNode anomaly : JSON.readTree(answer.body()).get("anomalies")) {
      if (anomaly.at("/rule").asText().equals("high-error-rate")) {
        return anomaly;
      }
    }
    return JSON.readTree("{}");
  }
}
