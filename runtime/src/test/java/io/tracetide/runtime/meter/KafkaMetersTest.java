package io.tracetide.runtime.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class KafkaMetersTest {
  private static final String FETCHES = "consumer-fetch-manager-metrics";

  private final AtomicReference<List<Reading>> readings = new AtomicReference<>(List.of());
  private final PrometheusMeterRegistry meters = RoleMeters.create();

  KafkaMetersTest() {
    KafkaMeters.ofStreams(meters, () -> readings.get().stream());
  }

  @Test
  void shouldSumUpOverThreadsAndPartitions() {
    readings.set(
        List.of(
            of("stream-thread-metrics", "commit-total", 3.0, "thread-id", "app-StreamThread-1"),
            of("stream-thread-metrics", "commit-total", 4.0, "thread-id", "app-StreamThread-2"),
            lag("app-StreamThread-1-consumer", "traces", "0", 10.0),
            lag("app-StreamThread-2-consumer", "traces", "1", 5.0),
            lag("app-StreamThread-2-consumer", "metrics", "1", 1.0),
            lag("app-StateUpdater-1-restore-consumer", "changelog", "1", 1_000.0)));

    assertThat(meters.scrape())
        .contains("tracetide_streams_commits_total 7.0")
        .contains("tracetide_streams_lag_records{topic=\"traces\"} 15.0")
        .contains("tracetide_streams_lag_records{topic=\"metrics\"} 1.0")
        .doesNotContain("changelog\"}");
  }

  @Test
  void shouldCountAValueOnceThatAClientHasInTotalAndForEachTopic() {
    String client = "app-StateUpdater-1-restore-consumer";
    readings.set(
        List.of(
            of(FETCHES, "records-consumed-total", 8.0, "client-id", client),
            of(FETCHES, "records-consumed-total", 8.0, "client-id", client, "topic", "changelog")));

    assertThat(meters.scrape()).contains("tracetide_streams_records_restored_total 8.0");
  }

  @Test
  void shouldExportSeconds() {
    readings.set(List.of(of("stream-thread-metrics", "commit-latency-max", 250.0)));

    assertThat(meters.scrape()).contains("tracetide_streams_commit_latency_max_seconds 0.25");
  }

  @Test
  void shouldOmitReadingsWithoutAValue() {
    readings.set(
        List.of(
            reading("stream-state-metrics", "estimate-num-keys", () -> 5.0),
            reading(
                "stream-state-metrics",
                "estimate-num-keys",
                () -> {
                  throw new IllegalStateException("the store is closed");
                }),
            reading("stream-metrics", "client-state", () -> "RUNNING")));

    assertThat(meters.scrape())
        .contains("tracetide_rocksdb_keys 5.0")
        .contains("tracetide_streams_state NaN");
  }

  @Test
  void shouldExportNoIdOfAClient() {
    readings.set(
        List.of(
            of("stream-thread-metrics", "commit-total", 3.0, "thread-id", "app-6e127d-1"),
            of("producer-metrics", "record-send-total", 3.0, "client-id", "app-6e127d-1-producer"),
            of("producer-node-metrics", "request-total", 3.0, "node-id", "node-2147483646")));

    assertThat(meters.scrape())
        .contains("tracetide_kafka_records_sent_total 3.0")
        .doesNotContain("6e127d", "node");
  }

  private static Reading lag(String client, String topic, String partition, double value) {
    return of(
        FETCHES, "records-lag", value, "client-id", client, "topic", topic, "partition", partition);
  }

  private static Reading reading(String group, String name, Supplier<?> value) {
    return new Reading(group, name, Map.of(), value);
  }

  private static Reading of(String group, String name, double value, String... tags) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < tags.length; i += 2) {
      map.put(tags[i], tags[i + 1]);
    }
    return new Reading(group, name, map, () -> value);
  }
}
