package io.tracetide.alert.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An older state is never sent after a newer one. */
class OrderTest {
  private final DeliveryFixture kafka = new DeliveryFixture();
  private final StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));

  @AfterEach
  void close() throws Exception {
    kafka.close();
  }

  @Test
  void shouldSendNoStateAgainAndWriteItsOutcomeAfterARestartThatLostTheCommits() {
    kafka.send(Notifications.firing("ops", "fp", 1));
    kafka.send(Notifications.resolved("ops", "fp", 2));
    Deliverer first = kafka.start(DeliveryFixture.webhook("ops", ops));
    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(2));
    first.close();
    kafka.committed.put("test-deliver-ops", new OffsetAndMetadata(0));

    kafka.start(DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(2));
    assertThat(ids()).containsExactly("ops/fp/1", "ops/fp/2");
    assertThat(kafka.log())
        .extracting(
            NotificationOutcome::getSequence,
            NotificationOutcome::getStatus,
            NotificationOutcome::getReason)
        .containsExactly(
            tuple(1L, DeliveryStatus.DELIVERED, ""),
            tuple(2L, DeliveryStatus.DELIVERED, ""),
            tuple(1L, DeliveryStatus.SUPERSEDED, "NEWER_NOTIFICATION"),
            tuple(2L, DeliveryStatus.DELIVERED, "DELIVERED_BEFORE"));
  }

  @Test
  void shouldSendAReplayOnlyIfNothingNewerWasDelivered() {
    kafka.send(Notifications.firing("ops", "fp", 1));
    kafka.send(Notifications.resolved("ops", "fp", 2));
    kafka.start(DeliveryFixture.webhook("ops", ops));
    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(2));

    kafka.send(Notifications.resolved("ops", "fp", 2));
    kafka.replay(Notifications.resolved("ops", "fp", 2));
    kafka.replay(Notifications.firing("ops", "fp", 1));

    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(5));
    assertThat(ids()).containsExactly("ops/fp/1", "ops/fp/2", "ops/fp/2");
  }

  @Test
  void shouldSendTheNotificationsOfAGroupThatBeganAnew() {
    kafka.send(Notifications.firing("ops", "fp", 7));
    kafka.start(DeliveryFixture.webhook("ops", ops));
    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(1));

    kafka.send(
        Notification.newBuilder(Notifications.firing("ops", "fp", 1))
            .setDecidedAt(Notifications.DECIDED_AT.plusSeconds(3))
            .build());

    await().untilAsserted(() -> assertThat(ids()).containsExactly("ops/fp/7", "ops/fp/1"));
  }

  @Test
  void shouldNotSendResolutionsToAReceiverThatDoesNotGetThem() {
    kafka.send(Notifications.firing("ops", "fp", 1));
    kafka.send(Notifications.resolved("ops", "fp", 2));

    kafka.start(DeliveryFixture.withoutResolved("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(2));
    assertThat(ids()).containsExactly("ops/fp/1");
    assertThat(kafka.log())
        .extracting(NotificationOutcome::getStatus)
        .containsExactly(DeliveryStatus.DELIVERED, DeliveryStatus.SUPPRESSED);
  }

  private List<String> ids() {
    return ops.posts().stream().map(post -> post.headers().get("Idempotency-Key")).toList();
  }
}
