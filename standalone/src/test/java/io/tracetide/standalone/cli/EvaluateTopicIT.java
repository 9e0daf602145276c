package io.tracetide.standalone.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.window.sketch.QuantileSketch;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.launch.PipelineFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The evaluation of the windows that a real broker retains. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluateTopicIT {
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final Instant START = Instant.parse("2026-03-01T23:00:00Z");
  private static final int WINDOWS = 400;
  private static final int FAULT = 380;

  private Path directory;
  private PipelineFixture kafka;
  private Path config;
  private AvroEncoder<WindowAggregate> encoder;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  void publishWindows(@TempDir Path temporary) throws IOException {
    directory = temporary;
    kafka = PipelineFixture.start(directory);
    config = kafka.writeConfig(directory.resolve("tracetide.yaml"), "");
    encoder = kafka.encoder(Topics.WINDOW_AGGREGATES, WindowAggregate.class);
    producer = kafka.producer();
    Random random = new Random(5);
    for (int window = 0; window < WINDOWS; window++) {
      Instant start = START.plus(WINDOW.multipliedBy(window));
      int failed = window >= FAULT && window < FAULT + 8 ? 40 : 0;
      // Late spans bring the errors, with a revision.
      publish("get", start, WINDOW, 0, 60 + random.nextInt(9), 0);
      publish("get", start, WINDOW, 1, 100 + random.nextInt(9), failed);
      publish("*", start, WINDOW, 0, 100, failed);
      if (window % 6 == 0) {
        publish("get", start, Duration.ofMinutes(1), 0, 600, failed);
      }
    }
    send(new byte[] {0, 1, 2});
    producer.flush();
  }

  @AfterAll
  void stop() {
    kafka.close();
  }

  private void publish(
      String operation, Instant start, Duration length, int revision, int spans, int failed) {
    QuantileSketch sketch = new QuantileSketch();
    for (int i = 0; i < spans; i++) {
      sketch.add(1_000 + 10 * i);
    }
    send(
        encoder.encode(
            WindowAggregate.newBuilder()
                .setTenantId("default")
                .setSeries(
                    SeriesKey.newBuilder()
                        .setServiceName("shop")
                        .setOperationName(operation)
                        .setAttributes(Map.of())
                        .build())
                .setWindowStart(start)
                .setWindowEnd(start.plus(length))
                .setRevision(revision)
                .setCount(spans)
                .setWeightedCount(spans)
                .setErrors(failed)
                .setSketch(ByteBuffer.wrap(sketch.toBytes()))
                .setExemplars(Exemplars.newBuilder().build())
                .build()));
  }

  private void send(byte[] value) {
    producer.send(new ProducerRecord<>(Topics.WINDOW_AGGREGATES, "shop".getBytes(UTF_8), value));
  }

  @Test
  void shouldReportHowOftenTheConfigurationWouldHaveFired() throws IOException {
    Path out = directory.resolve("episodes.csv");
    Path plots = directory.resolve("plots");

    CommandLineUnderTest run = run("--out", out.toString(), "--plots", plots.toString());

    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains(
            "windows of 10 s from 2026-03-01T23:00:00Z to 2026-03-02T00:06:40Z, without 1 records"
                + " that cannot be read",
            "| series | 1 |",
            "| windows | 400 |",
            "| shop | 0 | 0 | 1 | 1 | 21.6 |",
            "| 2026-03-01 | 0 | 0 | 0 | 0 |",
            "| 2026-03-02 | 0 | 0 | 1 | 1 |");
    List<String> episodes = Files.readAllLines(out);
    assertThat(episodes).hasSize(2);
    long opened = START.getEpochSecond() / WINDOW.toSeconds() + FAULT + 1;
    assertThat(episodes.get(1)).startsWith("shop,get," + opened).contains(",errors,");
    try (Stream<Path> files = Files.list(plots)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactly("001-shop-get.svg");
    }
  }

  @Test
  void shouldFollowTheConfiguration() throws IOException {
    Path quiet =
        Files.writeString(
            directory.resolve("quiet.yaml"), "processor: {detection: {minTraffic: 1000}}\n");

    CommandLineUnderTest run =
        run("--out", directory.resolve("none.csv").toString(), "-c", quiet.toString());

    assertThat(run.exit()).isZero();
    assertThat(run.out()).contains("| episodes | 0 |");
  }

  @Test
  void shouldSayWhatIsMissing() throws IOException {
    String out = directory.resolve("x.csv").toString();
    Path nowhere =
        Files.writeString(
            directory.resolve("nowhere.yaml"),
            "kafka: {bootstrapServers: \"127.0.0.1:1\"}\ntopics: {timeout: 2s}\n");

    assertThat(run("--out", out, "--tenant", "other").exit()).isEqualTo(ExitCodes.ENVIRONMENT);
    assertThat(run("--out", out, "--since", "yesterday").exit()).isEqualTo(ExitCodes.CONFIGURATION);
    assertThat(run("--out", out, "-c", nowhere.toString()).exit()).isEqualTo(ExitCodes.ENVIRONMENT);
    assertThat(run("--out", out, "--limit", "1200").out()).contains("the newest only: see --limit");
  }

  private CommandLineUnderTest run(String... more) {
    List<String> arguments =
        Stream.concat(Stream.of("evaluate", "--topic", "-c", config.toString()), Stream.of(more))
            .toList();
    return CommandLineUnderTest.run(arguments.toArray(String[]::new));
  }
}
