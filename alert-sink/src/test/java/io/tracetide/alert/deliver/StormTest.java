package io.tracetide.alert.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.runtime.kafka.delivery.MessageRate;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StormTest {
  private static final Duration PATIENCE = Duration.ofSeconds(50);

  private final DeliveryFixture kafka = new DeliveryFixture();

  @AfterEach
  void close() throws Exception {
    kafka.close();
  }

  @Test
  void shouldSendAtMost31MessagesInTheFirstMinuteOfTenThousandAlertsAndLoseNone() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    StubEndpoint slow = kafka.endpoint(StubEndpoint.hanging());
    List<Notification> storm = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      storm.add(Notifications.firing("ops", "fp-" + i, 1));
    }
    storm.add(Notifications.firing("slow", "fp", 1));
    kafka.sendAll(storm);

    kafka.start(
        config(MessageRate.defaults()),
        DeliveryFixture.webhook("ops", ops),
        DeliveryFixture.webhook("slow", slow));

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(10_001));
    assertThat(ops.posts().size()).isBetween(25, 31);
    assertThat(kafka.log())
        .filteredOn(outcome -> outcome.getNotificationId().startsWith("ops/"))
        .hasSize(10_000)
        .extracting(NotificationOutcome::getStatus)
        .containsOnly(DeliveryStatus.DELIVERED);
    assertThat(ops.posts().get(ops.posts().size() - 1).body())
        .contains("\"truncatedAlerts\":")
        .contains("\"severity\":\"high\"");
  }

  @Test
  void shouldKeepTenantsApartAndIncludeResolutions() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    for (int i = 0; i < 10; i++) {
      kafka.send(Notifications.firing("ops", "a-" + i, 1));
      kafka.send(Notifications.resolved("ops", "a-" + i, 2));
      kafka.send(Notifications.ofTenant("shop", Notifications.firing("ops", "b-" + i, 1)));
    }

    kafka.start(
        config(new MessageRate(1, Duration.ofSeconds(1), 100)),
        DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(30));
    assertThat(ops.posts())
        .allSatisfy(
            post ->
                assertThat(post.body().contains("\"fingerprint\":\"a-"))
                    .isNotEqualTo(post.body().contains("\"fingerprint\":\"b-")));
    assertThat(ops.posts())
        .anySatisfy(post -> assertThat(post.body()).contains("\"status\":\"resolved\""));
    assertThat(statusOf("ops/a-3/2")).isEqualTo(DeliveryStatus.DELIVERED);
    assertThat(statusOf("ops/a-3/1")).isIn(DeliveryStatus.SUPERSEDED, DeliveryStatus.DELIVERED);
    assertThat(kafka.log())
        .filteredOn(outcome -> outcome.getNotificationId().equals("ops/b-5/1"))
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.getReason()).isEqualTo(Settlement.COMBINED);
              assertThat(outcome.getDetail()).startsWith("part of summary ");
            });
  }

  @Test
  void shouldSendASummaryAgainUnderTheSameId() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(500, 500, 200));
    List<Notification> storm = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      storm.add(Notifications.firing("ops", "fp-" + i, 1));
    }
    kafka.sendAll(storm);

    kafka.start(
        config(new MessageRate(1, Duration.ofSeconds(5), 100)),
        DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(10));
    List<String> ids =
        ops.posts().stream().map(post -> post.headers().get("Idempotency-Key")).toList();
    assertThat(ids.get(1)).isEqualTo(ids.get(2)).hasSize(64);
    assertThat(kafka.log())
        .filteredOn(outcome -> outcome.getNotificationId().equals(ids.get(2)))
        .extracting(NotificationOutcome::getDetail)
        .containsExactly("summary of 10 notifications");
  }

  @Test
  void shouldNotLimitAReceiverThatNeedsOneEventForEachGroup() {
    for (int i = 0; i < 100; i++) {
      kafka.send(Notifications.firing("log", "fp-" + i, 1));
    }

    kafka.start(config(new MessageRate(1, Duration.ofHours(1), 100)), ReceiverConfig.toLog("log"));

    await().untilAsserted(() -> assertThat(kafka.committedOffset("log")).isEqualTo(100));
    assertThat(kafka.log()).extracting(NotificationOutcome::getReason).containsOnly("");
  }

  private DeliveryStatus statusOf(String id) {
    return kafka.log().stream()
        .filter(outcome -> outcome.getNotificationId().equals(id))
        .map(NotificationOutcome::getStatus)
        .findFirst()
        .orElse(DeliveryStatus.UNKNOWN);
  }

  private static DeliveryConfig config(MessageRate rate) {
    return DeliveryFixture.config(Duration.ofMillis(20), Duration.ofHours(24)).withRate(rate);
  }
}
