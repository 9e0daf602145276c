package io.tracetide.runtime.kafka.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class PartitionChangeTest {

  @Test
  void shouldNameTheTopicAndBothNumbers() {
    StreamsException failure =
        new StreamsException(
            new IllegalStateException(
                "Existing internal topic app-lifecycle-repartition has invalid partitions:"
                    + " expected: 6; actual: 4. Use 'org.apache.kafka.tools.StreamsResetter' tool"
                    + " to clean up invalid topics before processing."));

    assertThat(PartitionChange.of(failure))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .startsWith("the input topics have 6 partitions, but had 4 when")
                    .contains("app-lifecycle-repartition still has 4")
                    .contains("create it with 4 partitions"));
    assertThat(PartitionChange.of(new StreamsException("something else"))).isEmpty();
  }
}
