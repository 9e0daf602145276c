package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.alert.SinkApp;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the roles export over real clients of Kafka. */
class RoleMetersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Clock CLOCK = Clock.systemUTC();

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void shouldExportTheSameBoundedSeriesAtEveryStart(@TempDir Path directory) {
    TracetideConfig config = PipelineFixture.shared().config(directory);

    Set<String> first = processor(config);
    Set<String> second = processor(config);

    assertThat(first).hasSizeBetween(100, 299);
    assertThat(first).noneMatch(series -> series.matches(".*[0-9a-f]{8}-[0-9a-f]{4}.*"));
    assertThat(ours(second)).isEqualTo(ours(first));
  }

  @Test
  void shouldExportEveryFigureOfKafkaOnRequest(@TempDir Path directory) {
    TracetideConfig config = PipelineFixture.shared().config(directory);
    KafkaConfig all =
        new KafkaConfig(
            config.kafka().bootstrapServers(), config.kafka().properties(), KafkaConfig.Meters.ALL);

    try (ProcessorApp app = ProcessorApp.start(config.processor(), all, config.registry(), CLOCK)) {
      Set<String> series = series(awaitReady(app.url(), "tracetide_streams_lag_records{"));

      assertThat(series)
          .anyMatch(
              name ->
                  name.startsWith("kafka_stream_thread_commit_total{")
                      && name.contains("-StreamThread-1\""));
      assertThat(series).noneMatch(name -> name.contains("process_id="));
    }
  }

  @Test
  void shouldExplainEveryMeterOfEveryRole(@TempDir Path directory) {
    TracetideConfig config = PipelineFixture.shared().config(directory);
    try (GatewayApp gateway =
            GatewayApp.start(config.gateway(), config.kafka(), config.registry(), CLOCK);
        SinkApp sink = SinkApp.start(config.sink(), config.kafka(), config.registry(), CLOCK);
        ProcessorApp processor =
            ProcessorApp.start(config.processor(), config.kafka(), config.registry(), CLOCK)) {
      for (String url : Set.of(gateway.url(), sink.url(), processor.url())) {
        String page = page(url);

        assertThat(page.lines().filter(line -> line.matches("# HELP \\S+\\s*")))
            .as("without HELP at " + url)
            .isEmpty();
        assertThat(page).contains("# HELP tracetide_kafka_records_sent_total ");
        assertThat(series(page)).hasSizeLessThan(300);
      }
    }
  }

  private Set<String> processor(TracetideConfig config) {
    try (ProcessorApp app =
        ProcessorApp.start(config.processor(), config.kafka(), config.registry(), CLOCK)) {
      return series(awaitReady(app.url(), "tracetide_streams_lag_records{topic=\"traces\"}"));
    }
  }

  private String awaitReady(String url, String... texts) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> page(url),
            page -> {
              for (String text : texts) {
                if (!page.contains(text)) {
                  return false;
                }
              }
              return page.contains("tracetide_streams_state 2.0");
            });
  }

  /** Topics come one by one, as they are first fetched from. */
  private static Set<String> ours(Set<String> series) {
    return series.stream()
        .filter(name -> name.startsWith("tracetide_"))
        .map(name -> name.replaceFirst("\\{topic=.*", "{topic}"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> series(String page) {
    return page.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String page(String url) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create(url + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
