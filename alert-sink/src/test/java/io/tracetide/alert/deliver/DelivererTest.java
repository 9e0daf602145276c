package io.tracetide.alert.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.NotificationReason;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The deliverer on a stubbed Kafka and real HTTP endpoints. */
class DelivererTest {
  private final DeliveryFixture kafka = new DeliveryFixture();

  @AfterEach
  void close() throws Exception {
    kafka.close();
  }

  @Test
  void shouldDeliverOnceWhenTheThirdFailureIsTheLast() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(500, 500, 500, 200));
    kafka.send(Notifications.firing("ops", "fp", 1));

    kafka.start(DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(1));
    assertThat(kafka.log().get(0))
        .extracting(
            NotificationOutcome::getStatus,
            NotificationOutcome::getAttempts,
            NotificationOutcome::getChannel)
        .containsExactly(DeliveryStatus.DELIVERED, 4, "webhook");
    assertThat(ops.posts())
        .hasSize(4)
        .extracting(p -> p.headers().get("Idempotency-Key"))
        .containsOnly("ops/fp/1");
    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(1));
  }

  @Test
  void shouldCommitOnlyAfterTheOutcomeIsAcknowledged() throws Exception {
    kafka.producer = kafka.producer(false);
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    kafka.send(Notifications.firing("ops", "fp", 1));

    kafka.start(DeliveryFixture.webhook("ops", ops));
    await().untilAsserted(() -> assertThat(kafka.producer.history()).hasSize(2));
    Thread.sleep(300);
    assertThat(ops.posts()).hasSize(1);
    assertThat(kafka.committedOffset("ops")).isLessThan(1);

    kafka.producer.completeNext();
    kafka.producer.completeNext();
    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(1));
  }

  @Test
  void shouldSendAgainUnderTheSameIdWhenItCrashedBeforeTheOutcomeWasLogged() {
    kafka.producer = kafka.producer(false);
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    kafka.send(Notifications.firing("ops", "fp", 1));
    Deliverer crashed = kafka.start(DeliveryFixture.webhook("ops", ops));
    await().untilAsserted(() -> assertThat(ops.posts()).hasSize(1));
    crashed.close();

    kafka.producer = kafka.producer(true);
    kafka.start(DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(1));
    assertThat(ops.posts())
        .extracting(p -> p.headers().get("Idempotency-Key"))
        .containsExactly("ops/fp/1", "ops/fp/1");
  }

  @Test
  void shouldNotSendAgainWhatWasDeliveredWhileAnotherGroupKeptFailing() {
    StubEndpoint ops =
        kafka.endpoint(
            new StubEndpoint(
                (n, exchange) -> {
                  boolean stuck =
                      exchange.getRequestHeaders().getFirst("Idempotency-Key").contains("stuck");
                  exchange.sendResponseHeaders(stuck ? 500 : 200, -1);
                }));
    kafka.send(Notifications.firing("ops", "stuck", 1));
    for (int i = 0; i < 20; i++) {
      kafka.send(Notifications.firing("ops", "fp-" + i, 1));
    }
    Deliverer first = kafka.start(DeliveryFixture.webhook("ops", ops));
    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(20));
    first.close();
    assertThat(kafka.committedOffset("ops")).isZero();

    kafka.send(Notifications.firing("ops", "last", 1));
    kafka.start(DeliveryFixture.webhook("ops", ops));
    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(21));

    assertThat(ops.posts())
        .extracting(p -> p.headers().get("Idempotency-Key"))
        .filteredOn(id -> !id.contains("stuck"))
        .doesNotHaveDuplicates()
        .hasSize(21);
  }

  @Test
  void shouldNotDelayOneReceiverWhenAnotherHangs() {
    StubEndpoint slow = kafka.endpoint(StubEndpoint.hanging());
    StubEndpoint quick = kafka.endpoint(StubEndpoint.answering(200));
    for (int i = 0; i < 50; i++) {
      kafka.send(Notifications.firing("slow", "fp-" + i, 1));
      kafka.send(Notifications.firing("quick", "fp-" + i, 1));
    }

    long started = System.nanoTime();
    kafka.start(DeliveryFixture.webhook("slow", slow), DeliveryFixture.webhook("quick", quick));

    await().untilAsserted(() -> assertThat(quick.posts()).hasSize(50));
    await().untilAsserted(() -> assertThat(kafka.committedOffset("quick")).isEqualTo(100));
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(8));
    assertThat(kafka.committedOffset("slow")).isZero();
  }

  @Test
  void shouldWaitAsLongAsAskedWithTheWholeReceiver() {
    StubEndpoint ops =
        kafka.endpoint(
            new StubEndpoint(
                (n, exchange) -> {
                  exchange.getResponseHeaders().set("Retry-After", "1");
                  exchange.sendResponseHeaders(n == 0 ? 429 : 200, -1);
                }));
    kafka.send(Notifications.firing("ops", "a", 1));
    kafka.send(Notifications.firing("ops", "b", 1));

    kafka.start(DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(ops.posts()).hasSize(3));
    long waited = ops.posts().get(1).atNanos() - ops.posts().get(0).atNanos();
    assertThat(Duration.ofNanos(waited)).isBetween(Duration.ofMillis(990), Duration.ofSeconds(5));
  }

  @Test
  void shouldSendTheNewerStateAtOnceWhenTheOlderOneKeptFailing() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(500, 200));
    kafka.send(Notifications.firing("ops", "fp", 1));
    DeliveryConfig patient = DeliveryFixture.config(Duration.ofMinutes(4), Duration.ofHours(24));
    kafka.start(patient, DeliveryFixture.webhook("ops", ops));
    await().untilAsserted(() -> assertThat(ops.posts()).hasSize(1));

    kafka.send(Notifications.resolved("ops", "fp", 2));

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(2));
    assertThat(kafka.log())
        .extracting(NotificationOutcome::getSequence, NotificationOutcome::getStatus)
        .containsExactly(tuple(1L, DeliveryStatus.SUPERSEDED), tuple(2L, DeliveryStatus.DELIVERED));
    assertThat(ops.posts().get(1).headers()).containsEntry("Idempotency-Key", "ops/fp/2");
    assertThat(kafka.letters()).isEmpty();
  }

  @Test
  void shouldKeepTheOrderWithinAGroup() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    for (int i = 1; i <= 30; i += 2) {
      kafka.send(Notifications.firing("ops", "fp", i));
      kafka.send(Notifications.resolved("ops", "fp", i + 1));
    }

    kafka.start(DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(30));
    assertThat(kafka.log()).extracting(NotificationOutcome::getSequence).isSorted();
  }

  @Test
  void shouldDeadLetterAndLogRejectedNotifications() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(404));
    kafka.send(Notifications.firing("ops", "fp", 1));

    kafka.start(DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(1));
    assertThat(kafka.log().get(0))
        .extracting(NotificationOutcome::getStatus, NotificationOutcome::getReason)
        .containsExactly(DeliveryStatus.REJECTED, "CLIENT_ERROR");
    ProducerRecord<byte[], byte[]> letter = kafka.letters().get(0);
    assertThat(letter.value()).isEqualTo(kafka.topic.get(0).value());
    assertThat(new String(letter.headers().lastHeader("reason").value(), UTF_8))
        .isEqualTo("client_error");
    assertThat(new String(letter.headers().lastHeader("topic").value(), UTF_8))
        .isEqualTo(Topics.NOTIFICATIONS);
    assertThat(ops.posts()).hasSize(1);
  }

  @Test
  void shouldExpireNotificationsBeyondTheHorizon() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(503));
    kafka.send(Notifications.firing("ops", "fp", 1));

    kafka.start(
        DeliveryFixture.config(Duration.ofMillis(20), Duration.ofSeconds(1)),
        DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(1));
    assertThat(kafka.log().get(0))
        .extracting(NotificationOutcome::getStatus, NotificationOutcome::getReason)
        .containsExactly(DeliveryStatus.EXPIRED, "SERVER_ERROR");
    assertThat(kafka.letters()).hasSize(1);
  }

  @Test
  void shouldMakeNoAttemptForAReasonThatTheChannelDoesNotSend() {
    Notification acknowledged =
        Notification.newBuilder(Notifications.firing("log", "fp", 1))
            .setReason(NotificationReason.ACKNOWLEDGED)
            .build();
    kafka.send(acknowledged);

    kafka.start(ReceiverConfig.toLog("log"));

    await().untilAsserted(() -> assertThat(kafka.committedOffset("log")).isEqualTo(1));
    assertThat(kafka.log())
        .extracting(
            NotificationOutcome::getStatus,
            NotificationOutcome::getReason,
            NotificationOutcome::getAttempts)
        .containsExactly(tuple(DeliveryStatus.SUPPRESSED, "REASON_NOT_SENT", 0));
    assertThat(kafka.meters.get("alertmanager.notifications").tag("integration", "log").counter())
        .returns(0.0, Counter::count);
  }

  @Test
  void shouldRejectNotificationsOfUnknownReceivers() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    kafka.send(Notifications.firing("gone", "fp", 1));

    kafka.start(DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(1));
    assertThat(kafka.log().get(0))
        .extracting(NotificationOutcome::getReceiver, NotificationOutcome::getReason)
        .containsExactly("gone", "UNKNOWN_RECEIVER");
    assertThat(ops.posts()).isEmpty();
  }

  @Test
  void shouldContinueAfterMalformedRecords() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    kafka.topic.add(kafka.record("ops|x".getBytes(UTF_8), "poison".getBytes(UTF_8)));
    kafka.topic.add(kafka.record(null, null));
    kafka.send(Notifications.firing("ops", "fp", 1));

    kafka.start(DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(3));
    await().untilAsserted(() -> assertThat(kafka.letters()).hasSize(2));
    assertThat(ops.posts()).hasSize(1);
  }

  @Test
  void shouldLogAgainRatherThanSendAgainWhenKafkaRefusesTheOutcome() {
    kafka.producer = kafka.producer(false);
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    kafka.send(Notifications.firing("ops", "fp", 1));
    kafka.start(DeliveryFixture.webhook("ops", ops));

    await().untilAsserted(() -> assertThat(kafka.producer.history()).hasSize(2));
    kafka.producer.errorNext(new org.apache.kafka.common.errors.TimeoutException("down"));
    await().untilAsserted(() -> assertThat(kafka.producer.history()).hasSize(4));
    for (int i = 0; i < 3; i++) {
      kafka.producer.completeNext();
    }

    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isEqualTo(1));
    assertThat(ops.posts()).hasSize(1);
  }

  @Test
  void shouldReportTheStatusOfEachReceiver() {
    StubEndpoint bad = kafka.endpoint(StubEndpoint.answering(500));
    kafka.send(Notifications.firing("bad", "fp", 1));

    Deliverer deliverer =
        kafka.start(DeliveryFixture.webhook("bad", bad), ReceiverConfig.toLog("log"));

    await()
        .untilAsserted(
            () ->
                assertThat(deliverer.statuses())
                    .extracting(ReceiverStatus::summary)
                    .containsExactly("bad: failing (SERVER_ERROR), 1 pending", "log: 0 pending"));
    assertThat(deliverer.isAlive()).isTrue();
  }
}
