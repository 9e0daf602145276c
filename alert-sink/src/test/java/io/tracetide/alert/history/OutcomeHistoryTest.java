package io.tracetide.alert.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.NotificationOutcome;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OutcomeHistoryTest {
  private final OutcomeHistory history = new OutcomeHistory(3);

  @Test
  void shouldKeepTheNewestInAnyOrderOfArrival() {
    for (int second : new int[] {5, 1, 4, 2, 3}) {
      history.add(outcome("n" + second, second));
    }

    assertThat(history.newest(10))
        .extracting(NotificationOutcome::getNotificationId)
        .containsExactly("n5", "n4", "n3");
    assertThat(history.newest(1)).hasSize(1);
  }

  @Test
  void shouldKeepOneOutcomePerNotification() {
    history.add(outcome("n", 1));
    history.add(outcome("n", 2));

    assertThat(history.newest(10)).hasSize(1);
  }

  private static NotificationOutcome outcome(String id, int second) {
    return new NotificationOutcome(
        "default",
        id,
        "log",
        "log",
        "g",
        1L,
        DeliveryStatus.DELIVERED,
        "",
        "",
        1,
        Instant.ofEpochSecond(second));
  }
}
