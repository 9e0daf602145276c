package io.tracetide.alert.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.DeliveryMemory;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.topic.Topics;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class DeliveryStatesTest {
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final DeliveryStates states = new DeliveryStates(producer);
  private final Notification firing = Notifications.firing("ops", "fp", 1);
  private final Notification resolved = Notifications.resolved("ops", "fp", 2);

  @Test
  void shouldKnowValuesAndDeliveriesOnAnotherInstance() {
    DeliveryMemory memory = states.memoryOf("ops");
    memory.put(firing.getGroupKey(), "1700000000.1;thread");
    deliver(resolved);

    DeliveryStates other = follow();

    assertThat(other.memoryOf("ops").get(firing.getGroupKey())).contains("1700000000.1;thread");
    assertThat(other.memoryOf("dev").get(firing.getGroupKey())).isEmpty();
    assertThat(other.isDelivered(resolved)).isTrue();
    assertThat(other.isDelivered(firing)).isFalse();
    assertThat(other.isStale(firing)).isTrue();
    assertThat(other.isStale(resolved)).isFalse();

    memory.remove(firing.getGroupKey());
    assertThat(follow().memoryOf("ops").get(firing.getGroupKey())).isEmpty();
    assertThat(follow().isStale(firing)).isTrue();
  }

  @Test
  void shouldKeepTheNewestStateWhenItReadsItsOwnOlderRecords() {
    DeliveryMemory memory = states.memoryOf("ops");
    memory.put("g", "one");
    memory.put("g", "two");
    producer.history().forEach(r -> states.read(r.key(), r.value()));

    assertThat(memory.get("g")).contains("two");
    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .containsOnly(Topics.DELIVERY_STATE);
  }

  @Test
  void shouldIgnoreOtherFormatsAndValuesThatAreTooLong() {
    states.read("ops|g".getBytes(UTF_8), "2;what".getBytes(UTF_8));
    states.read("ops|g".getBytes(UTF_8), null);
    states.read("ops|g".getBytes(UTF_8), "1;x;1;1;;".getBytes(UTF_8));
    states.memoryOf("ops").put("g", "x".repeat(DeliveryStates.MAX_VALUE + 1));

    assertThat(states.memoryOf("ops").get("g")).isEmpty();
  }

  private void deliver(Notification notification) {
    ProducerRecord<byte[], byte[]> change = states.afterDelivery(notification);
    producer.send(change);
    states.read(change.key(), change.value());
  }

  private DeliveryStates follow() {
    DeliveryStates other = new DeliveryStates(producer);
    producer.history().forEach(r -> other.read(r.key(), r.value()));
    return other;
  }
}
