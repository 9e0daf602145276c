package io.tracetide.runtime.kafka.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TopicReaderTest {
  private static final TopicPartition P0 = new TopicPartition(Topics.DELIVERY_STATE, 0);

  private final Map<String, String> read = new ConcurrentHashMap<>();
  private final CountDownLatch caughtUp = new CountDownLatch(1);

  @Test
  void shouldKnowAllThatIsInTheTopicOnceItHasCaughtUp() {
    try (TopicReader reader = start(() -> topic(50))) {
      reader.catchUp();

      assertThat(read).containsEntry("g-49", "value-49").hasSize(50);
      assertThat(caughtUp.getCount()).isZero();
      reader.catchUp();
    }
  }

  @Test
  void shouldStartOverAfterAFailure() throws Exception {
    Queue<Consumer<byte[], byte[]>> consumers = new ArrayDeque<>();
    consumers.add(new MockConsumer<>("earliest")); // has no such topic
    consumers.add(topic(3));
    try (TopicReader reader = start(consumers::remove)) {
      assertThat(caughtUp.await(10, TimeUnit.SECONDS)).isTrue();

      assertThat(read).containsOnlyKeys("g-0", "g-1", "g-2");
    }
  }

  private TopicReader start(Supplier<Consumer<byte[], byte[]>> consumers) {
    return TopicReader.start(
        Topics.DELIVERY_STATE,
        consumers,
        (key, value) ->
            read.put(new String(key, UTF_8), new String(Objects.requireNonNull(value), UTF_8)),
        caughtUp::countDown);
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
                      ("g-" + next).getBytes(UTF_8),
                      ("value-" + next).getBytes(UTF_8)));
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
