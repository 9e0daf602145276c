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
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaStreamsPartitionsTest {
  private final RestoreProgress progress = new RestoreProgress(Clock.systemUTC());

  private static Topology topology() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("in").to("out");
    return builder.build();
  }

  private static Properties properties(Path state) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "query");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    return properties;
  }

  private KafkaStreamsPartitions partitions(KafkaStreams streams) {
    return new KafkaStreamsPartitions(
        streams, new HostInfo("127.0.0.1", 1), "in", new OpenPartitions(), progress);
  }

  @Test
  void shouldReportThatTheProcessorIsStarting(@TempDir Path state) {
    try (KafkaStreams streams = new KafkaStreams(topology(), properties(state))) {
      assertThatThrownBy(partitions(streams)::holdings)
          .isInstanceOf(StoresUnavailableException.class)
          .hasMessageContaining("starting");
    }
  }

  /** Between a check of the state and a read. */
  @Test
  void shouldReportThatTheProcessorHasStopped(@TempDir Path state) {
    try (KafkaStreams streams =
        new KafkaStreams(topology(), properties(state)) {
          @Override
          public State state() {
            return State.RUNNING;
          }
        }) {
      streams.close();
      assertThatThrownBy(partitions(streams)::holdings)
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
