package io.tracetide.runtime.kafka.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.kafka.delivery.GroupQueues.Next;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GroupQueuesTest {
  private static final TopicPartition P0 = new TopicPartition("notifications", 0);
  private static final TopicPartition P1 = new TopicPartition("notifications", 1);

  private final GroupQueues lanes = new GroupQueues();
  private long offset;

  @Test
  void shouldWaitForeverWhenThereIsNothing() {
    assertThat(lanes.next(0)).isEqualTo(new Next.Wait(Long.MAX_VALUE));
  }

  @Test
  void shouldKeepTheOrderOfALane() {
    Delivery first = offer("a", 0);
    Delivery second = offer("a", 1);

    assertThat(lanes.next(2)).isEqualTo(new Next.Send(first, 1));
    lanes.done(first, 3);
    assertThat(lanes.next(4)).isEqualTo(new Next.Send(second, 1));
    lanes.done(second, 5);
    assertThat(lanes.size()).isZero();
  }

  @Test
  void shouldLetOthersPassWhileALaneWaitsForItsNextTry() {
    Delivery failing = offer("a", 0);
    Delivery other = offer("b", 1);

    lanes.failed(failing, 100);
    assertThat(lanes.next(2)).isEqualTo(new Next.Send(other, 1));
    lanes.done(other, 3);
    assertThat(lanes.next(4)).isEqualTo(new Next.Wait(96));
    assertThat(lanes.next(100)).isEqualTo(new Next.Send(failing, 2));
  }

  @Test
  void shouldSupersedeWhatFailedOnceSomethingNewerIsThere() {
    Delivery firing = offer("a", 0);
    lanes.failed(firing, 1_000_000);
    Delivery resolved = offer("a", 5);

    assertThat(lanes.next(6)).isEqualTo(new Next.Supersede(firing, 1));
    lanes.done(firing, 7);
    assertThat(lanes.next(8)).isEqualTo(new Next.Send(resolved, 1));
  }

  @Test
  void shouldTellBothInOrderWhenTheFirstHasNotFailed() {
    Delivery firing = offer("a", 0);
    offer("a", 1);

    assertThat(lanes.next(2)).isEqualTo(new Next.Send(firing, 1));
  }

  @Test
  void shouldSendNothingWhileTheReceiverIsHeld() {
    Delivery one = offer("a", 0);
    lanes.hold(50);

    assertThat(lanes.next(10)).isEqualTo(new Next.Wait(40));
    assertThat(lanes.next(50)).isEqualTo(new Next.Send(one, 1));
  }

  @Test
  void shouldForgetWhatWasOfPartitionsThatAreGone() {
    Delivery gone = offer("a", 0);
    lanes.failed(gone, 1_000);
    Delivery stays = new Delivery(OffsetLedger.resume(null), P1, 0, "b", new byte[0], null);
    lanes.offer(stays, 1);

    lanes.dropIf(d -> d.partition().equals(P0));

    assertThat(lanes.size()).isEqualTo(1);
    assertThat(lanes.holds(gone)).isFalse();
    lanes.done(gone, 2);
    lanes.failed(gone, 2);
    assertThat(lanes.next(3)).isEqualTo(new Next.Send(stays, 1));
  }

  @Test
  void shouldCompareTimesAcrossTheOverflowOfNanoTime() {
    Delivery one = offer("a", Long.MAX_VALUE - 1);
    lanes.failed(one, Long.MAX_VALUE + 10);

    assertThat(lanes.next(Long.MAX_VALUE)).isEqualTo(new Next.Wait(10));
    assertThat(lanes.next(Long.MIN_VALUE + 20)).isEqualTo(new Next.Send(one, 2));
  }

  private Delivery offer(String lane, long now) {
    Delivery delivery =
        new Delivery(OffsetLedger.resume(null), P0, offset++, lane, new byte[0], null);
    lanes.offer(delivery, now);
    return delivery;
  }
}
