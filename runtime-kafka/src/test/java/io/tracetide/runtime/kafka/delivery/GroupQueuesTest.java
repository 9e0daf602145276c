package io.tracetide.runtime.kafka.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.kafka.delivery.GroupQueues.Next;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
  void shouldTryEverythingAtOnceOnRequest() {
    Delivery one = offer("a", 0);
    lanes.failed(one, 1_000_000);
    lanes.hold(2_000_000);
    lanes.retryNow(10);

    assertThat(lanes.next(10)).isEqualTo(new Next.Send(one, 2));
  }

  @Test
  void shouldUseAnotherLimitWithTheTokensThatAreLeft() {
    MessageRate two = new MessageRate(2, Duration.ofSeconds(10), 100);
    lanes.limit(Optional.of(two), 0);
    Delivery a = offer("a", 0);
    Delivery b = offer("b", 1);
    assertThat(lanes.next(2)).isEqualTo(new Next.Send(a, 1));
    lanes.spend(3);
    Next together = new Next.Combine(List.of(a, b), List.of(), 1);
    assertThat(lanes.next(4)).isEqualTo(together);

    lanes.limit(Optional.of(new MessageRate(50, Duration.ofSeconds(10), 100)), 5);
    assertThat(lanes.next(6)).isEqualTo(together);
    lanes.limit(Optional.empty(), 7);
    assertThat(lanes.next(8)).isEqualTo(new Next.Send(a, 1));
    assertThat(lanes.isLimited(8)).isFalse();
  }

  @Test
  void shouldSendOneByOneWhatWasCombinedBeforeTheLimitWasRemoved() {
    lanes.limit(Optional.of(new MessageRate(1, Duration.ofSeconds(10), 100)), 0);
    Delivery a = offer("a", 0);
    Delivery b = offer("b", 1);
    assertThat(lanes.next(2)).isInstanceOf(Next.Combine.class);
    lanes.failed(List.of(a, b), 3);
    lanes.limit(Optional.empty(), 4);
    assertThat(lanes.next(5)).isEqualTo(new Next.Send(a, 2));

    lanes.failed(List.of(a, b), 6);
    assertThat(lanes.next(7)).isEqualTo(new Next.Send(a, 3));
  }

  @Test
  void shouldForgetWhatWasOfPartitionsThatAreGone() {
    Delivery gone = offer("a", 0);
    lanes.failed(gone, 1_000);
    Delivery stays = new Delivery(OffsetLedger.resume(null), P1, 0, "b", new byte[0], null, false);
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

  @Test
  void shouldCombineTheNewestOfEachLaneIntoTheLastMessage() {
    GroupQueues limited = limited(2, 100);
    Delivery first = offer(limited, "a", 0);
    Delivery firing = offer(limited, "b", 1);
    Delivery resolved = offer(limited, "b", 2);
    Delivery other = offer(limited, "c", 3);

    assertThat(limited.next(4)).isEqualTo(new Next.Send(first, 1));
    limited.spend(4);
    limited.done(first, 4);
    assertThat(limited.next(5))
        .isEqualTo(new Next.Combine(List.of(resolved, other), List.of(firing), 1));
    limited.spend(5);
    List.of(firing, resolved, other).forEach(delivery -> limited.done(delivery, 6));

    assertThat(limited.size()).isZero();
    assertThat(limited.bytes()).isZero();
    offer(limited, "d", 7);
    assertThat(limited.next(8)).isEqualTo(new Next.Wait(96));
    assertThat(limited.isLimited(8)).isTrue();
  }

  @Test
  void shouldCombineTheSameDeliveriesAgainWhenTheirMessageFailed() {
    GroupQueues limited = limited(1, 100);
    Delivery one = offer(limited, "a", 0);
    Delivery two = offer(limited, "b", 0);
    limited.failed(List.of(one, two), 50);
    offer(limited, "c", 10);

    assertThat(limited.next(50)).isInstanceOf(Next.Send.class);
    limited.done(((Next.Send) limited.next(50)).delivery(), 50);
    assertThat(limited.next(50)).isEqualTo(new Next.Combine(List.of(one, two), List.of(), 2));

    offer(limited, "a", 51);
    assertThat(limited.next(52)).isEqualTo(new Next.Supersede(one, 1));
  }

  @Test
  void shouldSupersedeTheOlderStatesOfASingleLaneWhileMessagesAreLimited() {
    GroupQueues limited = limited(1, 100);
    Delivery older = offer(limited, "a", 0);
    Delivery newer = offer(limited, "a", 0);

    assertThat(limited.next(1)).isEqualTo(new Next.Supersede(older, 0));
    limited.done(older, 2);
    assertThat(limited.next(3)).isEqualTo(new Next.Send(newer, 1));
  }

  @Test
  void shouldPermitOneMoreMessageAfterEachInterval() {
    MessageTokens bucket = new MessageTokens(new MessageRate(3, Duration.ofMillis(1), 2), 0);
    for (int i = 0; i < 5; i++) {
      bucket.take(10);
    }

    assertThat(bucket.tokens(10)).isZero();
    assertThat(bucket.untilNext(400_010)).isEqualTo(600_000);
    assertThat(bucket.tokens(2_000_010)).isEqualTo(2);
    assertThat(bucket.tokens(900_000_000)).isEqualTo(3);
  }

  private static GroupQueues limited(int burst, long refillNanos) {
    MessageRate rate = new MessageRate(burst, Duration.ofMillis(1), 100);
    return new GroupQueues(new MessageTokens(rate.burst(), refillNanos, 0), rate.combined());
  }

  private Delivery offer(String lane, long now) {
    return offer(lanes, lane, now);
  }

  private Delivery offer(GroupQueues to, String lane, long now) {
    Delivery delivery =
        new Delivery(OffsetLedger.resume(null), P0, offset++, lane, new byte[3], null, false);
    to.offer(delivery, now);
    return delivery;
  }
}
