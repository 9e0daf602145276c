package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.topology.OpenPartitions;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaStreamsPartitionsTest {
  private final RestoreProgress progress = new RestoreProgress();

  @Test
  void shouldSayThatTheProcessorIsStarting(@TempDir Path state) {
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

  @Test
  void shouldSayThatTheProcessorIsStartingBeforeItIsBuilt() {
    PartitionsToCome partitions = new PartitionsToCome();

    assertThatThrownBy(partitions::holdings)
        .isInstanceOf(StoresUnavailableException.class)
        .hasMessageContaining("starting");

    StorePartitions.Holdings none = new StorePartitions.Holdings(List.of(), List.of("10.0.0.2:1"));
    partitions.become(() -> none);
    assertThat(partitions.holdings()).isEqualTo(none);
  }

  @Test
  void shouldTellHowFarRestoringHasCome() {
    TopicPartition one = new TopicPartition("windows-10s-changelog", 0);
    TopicPartition two = new TopicPartition("windows-10s-changelog", 1);

    assertThat(progress.sentence()).isEmpty();
    progress.onRestoreStart(one, "windows-10s", 0, 1_000);
    progress.onRestoreStart(two, "windows-10s", 500, 1_000);
    progress.onBatchRestored(one, "windows-10s", 400, 400);
    assertThat(progress.sentence())
        .isEqualTo(" Restoring 2 store partitions: 400 of about 1500 records read.");
    progress.onRestoreEnd(one, "windows-10s", 1_000);
    progress.onRestoreSuspended(two, "windows-10s", 10);
    assertThat(progress.sentence()).isEmpty();
  }
}
