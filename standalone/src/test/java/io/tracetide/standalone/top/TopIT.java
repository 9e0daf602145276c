package io.tracetide.standalone.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.processor.ProcessorApp;
import io.tracetide.query.Query;
import io.tracetide.query.TracetideQueries;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table follows a real processor, also over its restart. */
class TopIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @Test
  void shouldFollowAProcessorAndSurviveItsRestart(@TempDir Path directory) throws Exception {
    try (PipelineFixture kafka = PipelineFixture.start(directory)) {
      TracetideConfig config =
          ConfigReader.parse(
              "processor: {listener: {port: %d}}".formatted(LoopbackPort.free()),
              kafka.config(directory.resolve("state")),
              Map.of());
      ProcessorApp processor = start(config);
      String url = processor.url();
      Shown shown = new Shown();
      try (TracetideQueries queries = TracetideQueries.builder(url).build()) {
        LiveTop top =
            new LiveTop(
                queries,
                Query.last(Duration.ofMinutes(30)),
                new TopTable(TopSort.P95, 10),
                url,
                Clock.systemUTC(),
                ZoneOffset.UTC,
                Duration.ofSeconds(1));
        CompletableFuture<Void> running =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    top.run(shown);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
        work(kafka, "before-the-restart");
        await().atMost(PATIENCE).until(() -> shown.text.contains("before-the-restart"));
        assertThat(shown.text).contains("\nlive, ");

        processor.close();
        await().atMost(PATIENCE).until(() -> shown.text.contains("reconnecting: "));
        assertThat(shown.text).contains("before-the-restart", "; data of ");

        processor = start(config);
        work(kafka, "after-the-restart");
        await()
            .atMost(PATIENCE)
            .until(
                () -> shown.text.contains("after-the-restart") && shown.text.contains("\nlive, "));
        shown.over = true;
        running.get(30, TimeUnit.SECONDS);
      } finally {
        processor.close();
      }
    }
  }

  private static ProcessorApp start(TracetideConfig config) throws Exception {
    ProcessorApp processor =
        ProcessorApp.start(
            config.processor(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
    return processor;
  }

  private static void work(PipelineFixture kafka, String service) {
    AvroEncoder<TraceEvent> encoder = kafka.encoder(Topics.TRACES, TraceEvent.class);
    for (int i = 0; i < 10; i++) {
      String trace = UUID.randomUUID().toString();
      TraceEvent event =
          TraceEvent.newBuilder()
              .setType(TraceEventType.COMPLETED)
              .setStatus(TraceStatus.COMPLETED)
              .setTraceId(trace)
              .setServiceName(service)
              .setOperationName("pay")
              .setTimestamp(Instant.now())
              .setDurationMicros(2_000L)
              .build();
      kafka
          .producer()
          .send(new ProducerRecord<>(Topics.TRACES, trace.getBytes(UTF_8), encoder.encode(event)));
    }
    kafka.producer().flush();
  }

  /** Keeps the last screen. */
  private static final class Shown implements TopOutput {
    private volatile String text = "";
    private volatile boolean over;

    @Override
    public int columns() {
      return 132;
    }

    @Override
    public int rows() {
      return 40;
    }

    @Override
    public void show(List<TopTable.Line> lines) {
      text = lines.stream().map(TopTable.Line::text).collect(Collectors.joining("\n"));
    }

    @Override
    public boolean isOver() {
      return over;
    }

    @Override
    public void close() {}
  }
}
