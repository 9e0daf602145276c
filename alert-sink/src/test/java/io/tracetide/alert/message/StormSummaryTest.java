package io.tracetide.alert.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Notifications;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StormSummaryTest {

  @Test
  void shouldShowTheMostSevereAlertsAndCountTheOthers() {
    List<Notification> storm = storm();

    AlertMessage message = of(storm).message(new MessageBuilder(Links.none()));

    assertThat(message.title())
        .isEqualTo("[FIRING:1003, RESOLVED:40] 1,043 notifications of tenant default");
    assertThat(message.summary())
        .endsWith("(and 1,042 more; firing: 3 critical, 1,000 high; resolved: 40)");
    assertThat(message.alerts()).hasSize(25);
    assertThat(message.alerts().subList(0, 3))
        .extracting(alert -> alert.severity().name())
        .containsOnly("CRITICAL");
    assertThat(message.alerts().subList(20, 25)).noneMatch(AlertDetails::isFiring);
    assertThat(message.omitted()).isEqualTo(1_043 - 25);
    assertThat(message.isFiring()).isTrue();
  }

  @Test
  void shouldBeTheSameWhateverTheOrder() {
    List<Notification> storm = storm();
    StormSummary one = of(storm);
    Collections.reverse(storm);
    StormSummary other = of(storm);

    assertThat(other.id()).isEqualTo(one.id()).hasSize(64);
    assertThat(other.notification().getAlerts())
        .extracting(Alert::getFingerprint)
        .containsExactlyElementsOf(
            one.notification().getAlerts().stream().map(Alert::getFingerprint).toList());
    storm.remove(0);
    assertThat(of(storm).id()).isNotEqualTo(one.id());
  }

  private static List<Notification> storm() {
    List<Notification> storm = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      storm.add(Notifications.firing("ops", "fp-" + i, 1));
    }
    for (int i = 0; i < 3; i++) {
      storm.add(
          Notifications.of(
              "ops", 1, Anomalies.open("worst-" + i).setSeverity(Severity.CRITICAL).build()));
    }
    for (int i = 0; i < 40; i++) {
      storm.add(Notifications.resolved("ops", "over-" + i, 2));
    }
    return storm;
  }

  private static StormSummary of(List<Notification> notifications) {
    StormSummary summary = new StormSummary("ops", "default");
    notifications.forEach(summary::add);
    return summary;
  }
}
