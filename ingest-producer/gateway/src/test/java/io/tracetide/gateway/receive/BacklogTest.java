package io.tracetide.gateway.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class BacklogTest {

  private static final int WORKERS = 2;

  private final Backlog backlog = new Backlog(WORKERS);

  private static long millis(long count) {
    return Duration.ofMillis(count).toNanos();
  }

  private void learn(long tookMillis) {
    for (int i = 0; i < 200; i++) {
      backlog.completed(millis(tookMillis));
    }
  }

  @Test
  void shouldAcceptRequestsBeforeTheFirstMeasurement() {
    for (int i = 0; i < 1_000; i++) {
      backlog.enter(0);
    }
    assertThat(backlog.isFull()).isFalse();
  }

  @Test
  void shouldBeFullWhenANewcomerWouldWaitForTooLong() {
    learn(10);
    Queue<Backlog.Ticket> waiting = new ArrayDeque<>();
    while (!backlog.isFull()) {
      waiting.add(backlog.enter(0));
    }
    // 250 ms for two workers that need 10 ms each.
    assertThat(waiting).hasSizeBetween(49, 52);

    waiting.remove().leave(0);
    waiting.remove().leave(0);
    assertThat(backlog.isFull()).isFalse();
  }

  @Test
  void shouldForgetThatBodiesWereDear() {
    learn(1_000);
    backlog.enter(0);
    assertThat(backlog.isFull()).isTrue();

    learn(1);
    assertThat(backlog.isFull()).isFalse();
  }

  @Test
  void shouldTurnAwayWhatHasWaitedForTooLongAllTheSame() {
    assertThat(backlog.enter(millis(1_000)).leave(millis(1_500))).isTrue();
    assertThat(backlog.enter(millis(1_000)).leave(millis(1_501))).isFalse();
  }
}
