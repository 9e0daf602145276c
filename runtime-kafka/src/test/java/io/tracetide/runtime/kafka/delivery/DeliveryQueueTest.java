package io.tracetide.runtime.kafka.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.kafka.delivery.GroupQueues.Next;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class DeliveryQueueTest {
  private static final TopicPartition P0 = new TopicPartition("notifications", 0);
  private static final TopicPartition P1 = new TopicPartition("notifications", 1);

  private final AtomicLong now = new AtomicLong();
  private final DeliveryQueue queue =
      new DeliveryQueue(now::get, Optional.of(new MessageRate(1, Duration.ofSeconds(10), 100)));

  @Test
  void shouldSendNothingAfterTheProcessWasSuspendedUntilItsReaderHasPolled() throws Exception {
    queue.polled();
    now.addAndGet(Duration.ofSeconds(60).toNanos());
    Delivery delivery = offer("a", P0);

    CompletableFuture<Next> taken = CompletableFuture.supplyAsync(this::take);
    Thread.sleep(300);
    assertThat(taken).isNotDone();
    queue.polled();

    assertThat(taken.get(5, TimeUnit.SECONDS)).isEqualTo(new Next.Send(delivery, 1));
  }

  @Test
  void shouldWaitForACombinedMessageOfAPartitionThatIsReleased() throws Exception {
    Delivery moves = offer("a", P0);
    Delivery stays = offer("b", P1);
    assertThat(take()).isEqualTo(new Next.Combine(List.of(moves, stays), List.of(), 1));

    assertThat(queue.drop(List.of(P0), Duration.ofMillis(50))).isFalse();
    queue.done(List.of(moves, stays));

    assertThat(queue.drop(List.of(P0), Duration.ofMillis(50))).isTrue();
    assertThat(queue.size()).isZero();
    assertThat(queue.isLimited()).isTrue();
  }

  private Next take() {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Delivery offer(String lane, TopicPartition partition) {
    Delivery delivery =
        new Delivery(OffsetLedger.resume(null), partition, 0, lane, new byte[1], null, false);
    queue.offer(List.of(delivery));
    return delivery;
  }
}
