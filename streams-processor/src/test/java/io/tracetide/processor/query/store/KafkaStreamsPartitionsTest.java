package io.tracetide.processor.query.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.topology.window.OpenPartitions;
import io.tracetide.runtime.kafka.streams.RestoreProgress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaStreamsPartitionsTest {
  private final RestoreProgress progress = new RestoreProgress(Clock.systemUTC());

  @Test
  void shouldReportThatTheProcessorIsStarting(@TempDir Path state) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("in").to("out");
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "query");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    try (KafkaStreams streams = new KafkaStreams(builder.build(), properties)) {
      KafkaStreamsPartitions partitions =
          new KafkaStreamsPartitions(
              streams, new HostInfo("127.0.0.1", 1), "in", new OpenPartitions(), progress);

      assertThatThrownBy(partitions::holdings)
          .isInstanceOf(StoresUnavailableException.class)
          .hasMessageContaining("starting");
    }
  }

  /** Between a check of the state and a read. */
  @Test
  void shouldReportThatTheProcessorHasStopped(@TempDir Path state) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("in").to("out");
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "query");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    try (KafkaStreams streams =
        new KafkaStreams(builder.build(), properties) {
          @Override
          public State state() {
            return State.RUNNING;
          }
        }) {
      streams.close();
      KafkaStreamsPartitions partitions =
          new KafkaStreamsPartitions(
              streams, new HostInfo("127.0.0.1", 1), "in", new OpenPartitions(), progress);

      assertThatThrownBy(partitions::holdings)
          .isInstanceOf(StoresUnavailableException.class)
          .hasMessageContaining("stopped")
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void shouldReportThatTheProcessorIsStartingBeforeItIsBuilt() {
    LateBound<StorePartitions> partitions = new LateBound<>();

    assertThatThrownBy(() -> partitions.get().holdings())
        .isInstanceOf(StoresUnavailableException.class)
        .hasMessageContaining("starting");

    StorePartitions.Holdings none = new StorePartitions.Holdings(List.of(), List.of("10.0.0.2:1"));
    partitions.set(() -> none);
    assertThat(partitions.get().holdings()).isEqualTo(none);
  }
}
