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

  @Test
  void shouldKeepOneOutcomeOfTheWatchdog() {
    history.add(outcome("n1", 1));
    for (int second = 2; second < 20; second++) {
      history.add(
          outcome(
              "w" + second, second, "{}/watchdog:{alertname=\"Watchdog\", tenant=\"default\"}"));
    }

    assertThat(history.newest(10))
        .extracting(NotificationOutcome::getNotificationId)
        .containsExactly("w19", "n1");
  }

  private static NotificationOutcome outcome(String id, int second) {
    return outcome(id, second, "g");
  }

  private static NotificationOutcome outcome(String id, int second, String group) {
    return new NotificationOutcome(
        "default",
        id,
        "log",
        "log",
        group,
        1L,
        DeliveryStatus.DELIVERED,
        "",
        "",
        1,
        Instant.ofEpochSecond(second));
  }
}
