package io.tracetide.alert.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class StateReaderTest {
  private static final TopicPartition P0 = new TopicPartition(Topics.DELIVERY_STATE, 0);

  private final DeliveryStates states =
      new DeliveryStates(
          new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()));

  @Test
  void shouldKnowAllThatIsInTheTopicOnceItHasCaughtUp() {
    try (StateReader reader = StateReader.start(() -> topic(50), states)) {
      reader.catchUp();

      assertThat(states.memoryOf("ops").get("g-49")).contains("value-49");
      reader.catchUp();
    }
  }

  /** A topic that gives one record at each poll. */
  private static Consumer<byte[], byte[]> topic(int records) {
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("earliest") {
          @Override
          public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            long next = position(P0);
            if (next < records) {
              addRecord(
                  new ConsumerRecord<>(
                      Topics.DELIVERY_STATE,
                      0,
                      next,
                      ("ops|g-" + next).getBytes(UTF_8),
                      ("1;1;-1;0;;value-" + next).getBytes(UTF_8)));
            }
            return super.poll(Duration.ZERO);
          }
        };
    Node node = new Node(0, "localhost", 9092);
    consumer.updatePartitions(
        Topics.DELIVERY_STATE,
        List.of(
            new PartitionInfo(
                Topics.DELIVERY_STATE, 0, node, new Node[] {node}, new Node[] {node})));
    consumer.updateBeginningOffsets(Map.of(P0, 0L));
    consumer.updateEndOffsets(Map.of(P0, (long) records));
    return consumer;
  }
}
