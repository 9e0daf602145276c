package io.tracetide.alert.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.deliver.ScriptedChannel.Step;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.runtime.kafka.delivery.MessageRate;
import io.tracetide.schemas.Notification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What counts in the meters of notifications of Alertmanager. */
class FailedNotificationsTest {
  private static final DeliveryResult ERROR = Retryable.because(FailureReason.SERVER_ERROR, "");
  private static final DeliveryResult TIMEOUT = Retryable.because(FailureReason.TIMEOUT, "");
  private static final DeliveryResult REJECTED = new Rejected(FailureReason.CLIENT_ERROR, "");
  private static final DeliveryResult DELIVERED = new Delivered();

  private final DeliveryFixture kafka = new DeliveryFixture();

  @AfterEach
  void close() throws Exception {
    kafka.close();
  }

  @Test
  void shouldCountNoFailureOfAMessageThatIsDeliveredWithin30Seconds() {
    deliver(new Step(0, ERROR), new Step(29, ERROR), new Step(29, DELIVERED));

    assertThat(failed()).isZero();
    assertThat(notifications()).isEqualTo(1);
  }

  @Test
  void shouldCountNoFailureOfASlowAttempt() {
    deliver(new Step(40, DELIVERED));

    assertThat(failed()).isZero();
    assertThat(notifications()).isEqualTo(1);
  }

  @Test
  void shouldCountAFailureAfter30SecondsAndAfterEachFurtherMinuteWithTheNewestReason() {
    deliver(
        new Step(0, ERROR),
        new Step(20, ERROR),
        new Step(31, TIMEOUT),
        new Step(32, ERROR),
        new Step(89, ERROR),
        new Step(91, ERROR),
        new Step(92, DELIVERED));

    assertThat(failed("contextDeadlineExceeded")).isEqualTo(1);
    assertThat(failed("serverError")).isEqualTo(1);
    assertThat(failed()).isEqualTo(2);
    assertThat(notifications()).isEqualTo(3);
  }

  @Test
  void shouldCountEveryMinuteThatPassedBetweenTwoAttempts() {
    deliver(new Step(0, ERROR), new Step(331, ERROR), new Step(332, DELIVERED));

    assertThat(failed("serverError")).isEqualTo(6);
    assertThat(notifications()).isEqualTo(7);
  }

  @Test
  void shouldCountTheFailureBeforeALateDelivery() {
    deliver(new Step(0, TIMEOUT), new Step(45, DELIVERED));

    assertThat(failed("contextDeadlineExceeded")).isEqualTo(1);
    assertThat(notifications()).isEqualTo(2);
  }

  @Test
  void shouldCountOneFailureOfARejection() {
    deliver(new Step(0, REJECTED));

    assertThat(failed("clientError")).isEqualTo(1);
    assertThat(notifications()).isEqualTo(1);
  }

  @Test
  void shouldCountTheRejectionBesideTheFailuresBeforeIt() {
    deliver(new Step(0, ERROR), new Step(31, ERROR), new Step(40, REJECTED));

    assertThat(failed("serverError")).isEqualTo(1);
    assertThat(failed("clientError")).isEqualTo(1);
    assertThat(notifications()).isEqualTo(2);
  }

  @Test
  void shouldCountOneFailureOfAnExpiry() {
    deliver(new Step(0, ERROR), new Step(Duration.ofHours(25).toSeconds(), ERROR));

    assertThat(failed("serverError")).isEqualTo(1);
    assertThat(notifications()).isEqualTo(1);
  }

  @Test
  void shouldCountAMessageThatWaitsForItsRetryAtAnAttemptOfAnotherOne() {
    ScriptedChannel channel =
        start(
            DeliveryFixture.config(Duration.ofMinutes(4), Duration.ofHours(24)),
            new Step(0, ERROR),
            new Step(40, DELIVERED));
    kafka.send(Notifications.firing("ops", "a", 1));
    await().untilAsserted(() -> assertThat(channel.messages).hasSize(1));
    kafka.send(Notifications.firing("ops", "b", 1));
    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(1));

    assertThat(failed("serverError")).isEqualTo(1);
    assertThat(notifications()).isEqualTo(2);
  }

  @Test
  void shouldCountOneFailureOfASummary() {
    List<Notification> storm = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      storm.add(Notifications.firing("ops", "fp-" + i, 1));
    }
    kafka.sendAll(storm);
    ScriptedChannel channel =
        start(
            DeliveryFixture.config(Duration.ofMillis(20), Duration.ofHours(24))
                .withRate(new MessageRate(1, Duration.ofSeconds(1), 100)),
            new Step(0, REJECTED));

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(10));
    assertThat(channel.messages).hasSizeLessThan(10);
    assertThat(failed("clientError")).isEqualTo(channel.messages.size());
    assertThat(notifications()).isEqualTo(channel.messages.size());
  }

  private void deliver(Step... steps) {
    kafka.send(Notifications.firing("ops", "fp", 1));
    start(DeliveryFixture.config(Duration.ofMillis(20), Duration.ofHours(24)), steps);
    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(1));
  }

  private ScriptedChannel start(DeliveryConfig config, Step... steps) {
    ScriptedChannel channel = ScriptedChannel.of(steps);
    kafka.clock = channel;
    kafka.start(config, new ReceiverConfig("ops", channel));
    return channel;
  }

  private double failed(String reason) {
    return kafka
        .meters
        .get("alertmanager.notifications.failed")
        .tags("integration", "scripted", "reason", reason)
        .counter()
        .count();
  }

  private double failed() {
    return kafka
        .meters
        .get("alertmanager.notifications.failed")
        .tag("integration", "scripted")
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private double notifications() {
    return kafka
        .meters
        .get("alertmanager.notifications")
        .tag("integration", "scripted")
        .counter()
        .count();
  }
}
