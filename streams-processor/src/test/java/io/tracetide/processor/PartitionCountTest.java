package io.tracetide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.internals.StreamsMetadataImpl;
import org.junit.jupiter.api.Test;

class PartitionCountTest {
  private static final String TOPIC = "app-window-partials-repartition";

  private final PartitionCount count = new PartitionCount("window-partials");

  private static StreamsMetadata client(int active, int standby) {
    return new StreamsMetadataImpl(
        new HostInfo("127.0.0.1", 8080),
        Set.of(),
        Set.of(new TopicPartition(TOPIC, active), new TopicPartition("app-other-repartition", 90)),
        Set.of(),
        Set.of(new TopicPartition(TOPIC, standby)));
  }

  @Test
  void shouldCountThePartitionsOfAllInstances() {
    count.become(() -> List.of(client(0, 1), client(2, 5)));

    assertThat(count.getAsInt()).isEqualTo(6);
  }

  @Test
  void shouldKeepTheLastCountWhileTheApplicationShutsDown() {
    count.become(() -> List.of(client(0, 3)));
    assertThat(count.getAsInt()).isEqualTo(4);

    count.become(
        () -> {
          throw new IllegalStateException("KafkaStreams is not running");
        });

    assertThat(count.getAsInt()).isEqualTo(4);
  }

  @Test
  void shouldFailWhileNothingIsKnown() {
    assertThatThrownBy(count::getAsInt).hasMessageContaining("not known before the start");
  }
}
