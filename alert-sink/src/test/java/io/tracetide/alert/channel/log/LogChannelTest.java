package io.tracetide.alert.channel.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.schemas.Notification;
import org.junit.jupiter.api.Test;

class LogChannelTest {

  @Test
  void shouldWriteAnAlertInOneLine() {
    Notification firing = Notifications.firing("log", "fp", 1);

    assertThat(new LogChannel().deliver(Messages.of(firing))).isInstanceOf(Delivered.class);
    assertThat(line(firing))
        .isEqualTo(
            "FIRING [HIGH] checkout POST /pay: p95 of POST /pay is 840 ms, 7 times what is usual"
                + " tenant=default alertname=Latency startsAt=2026-03-01T10:00:00Z"
                + " trace=4bf92f3577b34da6a3ce929d0e0e4736 fingerprint=fp notification=log/fp/1");
  }

  @Test
  void shouldWriteTheEndOfAnAlert() {
    Notification resolved = Notifications.resolved("log", "fp", 2);

    assertThat(line(resolved))
        .startsWith("RESOLVED [HIGH] checkout POST /pay: ")
        .contains(" endsAt=2026-03-01T10:05:00Z ");
  }

  @Test
  void shouldStayOneLineWithAnyNames() {
    String evil = "shop\r\nFIRING [CRITICAL] forged\u001b[31m\u202e" + "x".repeat(10_000);
    Notification firing =
        Notifications.of("log", 1, Anomalies.open("fp").setServiceName(evil).build());

    assertThat(line(firing))
        .doesNotContainPattern("[\\p{Cntrl}\u202e]")
        .contains("shop\uFFFD\uFFFDFIRING")
        .hasSizeLessThan(1_000);
  }

  private static String line(Notification notification) {
    return LogChannel.line(notification, Messages.of(notification).alerts().get(0));
  }
}
