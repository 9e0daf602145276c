package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.processor.ProcessorConfig;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.ApiAnswers;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.environment.DamagedStores;
import io.tracetide.standalone.environment.DamagedStores.Harm;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.RoleProcess;
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
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The processor on damaged stores: what it has counted afterwards, and when it gives up. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedStateIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int EVENTS = 4_000;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Path directory;
  private PipelineFixture platform;
  private KafkaProducer<byte[], byte[]> producer;
  private AvroEncoder<TraceEvent> encoder;

  @BeforeAll
  void start(@TempDir Path temporary) {
    directory = temporary;
    platform = PipelineFixture.start(directory);
    producer = platform.producer();
    encoder = platform.encoder(Topics.TRACES, TraceEvent.class);
  }

  @AfterAll
  void stop() {
    platform.close();
  }

  private ProcessorApp processor(String id, ProcessorConfig.Guarantee guarantee) {
    TracetideConfig config = platform.config(directory.resolve(id));
    ProcessorConfig own =
        ConfigReader.parse(
            "applicationId: %s\nguarantee: %s\n".formatted(id, guarantee),
            config.processor(),
            Map.of());
    return ProcessorApp.start(own, config.kafka(), config.registry(), Clock.systemUTC());
  }

  @ParameterizedTest
  @EnumSource(ProcessorConfig.Guarantee.class)
  void shouldCountTheSameAfterEveryDamage(ProcessorConfig.Guarantee guarantee) throws Exception {
    String id = guarantee.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    Path state = directory.resolve(id).resolve("processor").resolve(id);
    try (ProcessorApp processor = processor(id, guarantee)) {
      send(id);
      await().atMost(PATIENCE).until(() -> counted(processor, id) == EVENTS);
    }
    List<Path> tasks = DamagedStores.tasks(state);
    assertThat(tasks).hasSizeGreaterThanOrEqualTo(6);
    for (Harm harm : Harm.values()) {
      DamagedStores.damage(tasks.get(harm.ordinal()), harm);
    }
    try (ProcessorApp processor = processor(id, guarantee)) {
      await().atMost(PATIENCE).until(() -> counted(processor, id) > 0);
      assertThat(counted(processor, id)).isEqualTo(EVENTS);
      assertThat(text(processor, "/metrics"))
          .contains("tracetide_processor_tasks_restored_damaged_total 5.0");
      send(id);
      await().atMost(PATIENCE).until(() -> counted(processor, id) == 2 * EVENTS);
    }
  }

  @Test
  void shouldExitWithOneSentenceForAFileInPlaceOfTheStateDirectory() throws Exception {
    Path file = Files.writeString(directory.resolve("in-the-way"), "");

    assertThat(exit(file)).isEqualTo(3);
    assertThat(Files.readString(directory.resolve("in-the-way.log")))
        .contains("tracetide: state directory " + file + " cannot be created: a file is in")
        .doesNotContain("\tat ");
  }

  @Test
  void shouldExitWithOneSentenceWhenATaskIsDamagedASecondTime() throws Exception {
    Path state = directory.resolve("twice");
    Path task = state.resolve("tracetide-processor/0_1");
    Files.createDirectories(task.getParent());
    Files.writeString(task, "");
    Files.writeString(
        task.resolveSibling("damaged-tasks"), Instant.now().minusSeconds(60) + " 0_1\n");

    assertThat(exit(state)).isEqualTo(3);
    assertThat(Files.readString(directory.resolve("twice.log")))
        .contains("tracetide: state directory " + task + " is damaged a second time within 10")
        .doesNotContain("\tat ");
  }

  /** Of a processor with this state directory. */
  private int exit(Path state) throws Exception {
    Path config =
        platform.writeConfig(
            directory.resolve(state.getFileName() + ".yaml"),
            "processor: { listener: { port: 0 }, stateDir: \"%s\" }".formatted(state));
    Process process =
        RoleProcess.start("processor", config, directory.resolve(state.getFileName() + ".log"));
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private void send(String service) {
    for (int i = 0; i < EVENTS; i++) {
      byte[] key = (service + i + "@" + System.nanoTime()).getBytes(UTF_8);
      producer.send(
          new ProducerRecord<>(Topics.TRACES, key, event(service, new String(key, UTF_8))));
    }
    producer.flush();
  }

  private byte[] event(String service, String trace) {
    return encoder.encode(
        TraceEvent.newBuilder()
            .setType(TraceEventType.COMPLETED)
            .setStatus(TraceStatus.COMPLETED)
            .setTraceId(trace)
            .setServiceName(service)
            .setOperationName("GET /some")
            .setTimestamp(Instant.now())
            .setDurationMicros(1_500L)
            .build());
  }

  private long counted(ProcessorApp processor, String service) throws Exception {
    Instant to = Instant.now().plusSeconds(60);
    String text =
        text(
            processor,
            "/monitoring/analytics?granularity=1h&operations=*&services=%s&from=%s&to=%s"
                .formatted(service, to.minus(Duration.ofHours(6)), to));
    JsonNode answer = new ObjectMapper().readTree(text);
    long count = 0;
    for (JsonNode series : answer.path("series")) {
      for (JsonNode point : series.get("points")) {
        count += point.get("count").asLong();
      }
    }
    return count;
  }

  private String text(ProcessorApp processor, String path) throws Exception {
    HttpResponse<String> response =
        ApiAnswers.checked(
            http.send(
                HttpRequest.newBuilder(URI.create(processor.url() + path)).build(),
                HttpResponse.BodyHandlers.ofString()));
    assertThat(response.statusCode()).as(response.body()).isIn(200, 503);
    return response.body();
  }
}
