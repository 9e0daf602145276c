package io.tracetide.alert.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.decision.AlertGroup.History;
import io.tracetide.alert.decision.AlertGroup.Schedule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NotificationIntentTest {

  /** Receivers know notifications by their ids, also those of the build before. */
  @Test
  void shouldHaveTheSameIdInEveryBuild() {
    assertThat(intent("default", "ops", "{}:{service=\"shop\"}", 7, Instant.EPOCH).id())
        .isEqualTo("08d5051376d121578f4bc373abc9185590c4341906d1f011b5ecea910d886d87");
  }

  @Test
  void shouldNotDependOnTheTimeOfTheDecision() {
    assertThat(intent("default", "ops", "g", 7, Instant.EPOCH).id())
        .isEqualTo(intent("default", "ops", "g", 7, Instant.EPOCH.plusSeconds(1)).id());
  }

  @Test
  void shouldHaveDifferentIdsForDifferentParts() {
    assertThat(
            List.of(
                intent("default", "ops", "g", 7, Instant.EPOCH).id(),
                intent("default", "ops", "g", 8, Instant.EPOCH).id(),
                intent("default", "ops", "h", 7, Instant.EPOCH).id(),
                intent("default", "op", "sg", 7, Instant.EPOCH).id(),
                intent("defaulto", "ps", "g", 7, Instant.EPOCH).id()))
        .doesNotHaveDuplicates();
  }

  private static NotificationIntent intent(
      String tenant, String integration, String key, long sequence, Instant decidedAt) {
    AlertGroup group =
        new AlertGroup(
            key,
            "{}",
            new TreeMap<>(Map.of("service", "shop")),
            new Schedule(null, null, null),
            new History(sequence, null, null, 0, 0, List.of()));
    return new NotificationIntent(
        tenant, integration, group, Status.FIRING, Reason.FIRST_NOTIFICATION, decidedAt, List.of());
  }
}
