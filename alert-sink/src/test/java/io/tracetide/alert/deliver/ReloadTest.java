package io.tracetide.alert.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.NotificationOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes of the receivers while notifications are delivered. */
class ReloadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final DeliveryFixture kafka = new DeliveryFixture();
  private final CountDownLatch answering = new CountDownLatch(1);

  @AfterEach
  void close() throws Exception {
    answering.countDown();
    kafka.close();
  }

  /** Answers when the test permits it. */
  private StubEndpoint slow() {
    return kafka.endpoint(
        new StubEndpoint(
            (n, exchange) -> {
              try {
                answering.await(30, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              exchange.sendResponseHeaders(200, -1);
            }));
  }

  private static List<String> ids(StubEndpoint endpoint) {
    return endpoint.posts().stream().map(post -> post.headers().get("Idempotency-Key")).toList();
  }

  @Test
  void shouldKeepTheLineOfAReceiverThatStays() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    StubEndpoint other = kafka.endpoint(StubEndpoint.answering(200));
    Deliverer deliverer = kafka.start(DeliveryFixture.webhook("ops", ops));
    kafka.send(Notifications.firing("ops", "a", 1));
    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(1));

    kafka.reload(
        deliverer, DeliveryFixture.webhook("ops", ops), DeliveryFixture.webhook("other", other));
    kafka.send(Notifications.firing("ops", "b", 1));
    kafka.send(Notifications.firing("other", "b", 1));

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(3));
    assertThat(ids(ops)).containsExactly("ops/a/1", "ops/b/1");
    assertThat(ids(other)).containsExactly("other/b/1");
    assertThat(kafka.opened)
        .containsEntry("test-deliver-ops", 1)
        .containsEntry("test-deliver-other", 1)
        .containsEntry("test-deliver", 1);
    assertThat(kafka.letters()).isEmpty();
    assertThat(deliverer.statuses())
        .extracting(ReceiverStatus::name)
        .containsExactly("ops", "other");
    assertThat(deliverer.isReading()).isTrue();
  }

  @Test
  void shouldEndTheDeliveryInFlightAndSendTheOthersThroughTheNewChannel() {
    StubEndpoint before = slow();
    StubEndpoint after = kafka.endpoint(StubEndpoint.answering(200));
    for (String group : List.of("a", "b", "c")) {
      kafka.send(Notifications.firing("ops", group, 1));
    }
    Deliverer deliverer = kafka.start(DeliveryFixture.webhook("ops", before));
    await().untilAsserted(() -> assertThat(before.posts()).hasSize(1));

    kafka.reload(deliverer, DeliveryFixture.webhook("ops", after));
    answering.countDown();

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(3));
    assertThat(ids(before)).containsExactly("ops/a/1");
    assertThat(ids(after)).containsExactly("ops/b/1", "ops/c/1");
    assertThat(kafka.log())
        .extracting(NotificationOutcome::getStatus)
        .containsOnly(DeliveryStatus.DELIVERED);
    assertThat(kafka.opened).containsEntry("test-deliver-ops", 1);
  }

  @Test
  void shouldRetryAtOnceThroughTheNewChannel() {
    StubEndpoint before = kafka.endpoint(StubEndpoint.answering(500));
    StubEndpoint after = kafka.endpoint(StubEndpoint.answering(200));
    kafka.send(Notifications.firing("ops", "a", 1));
    Deliverer deliverer =
        kafka.start(
            DeliveryFixture.config(Duration.ofMinutes(4), Duration.ofHours(24)),
            DeliveryFixture.webhook("ops", before));
    await().untilAsserted(() -> assertThat(before.posts()).hasSize(1));
    await()
        .untilAsserted(
            () ->
                assertThat(deliverer.statuses().get(0).deliveryTrouble())
                    .isEqualTo("SERVER_ERROR"));

    kafka.reload(deliverer, DeliveryFixture.webhook("ops", after));

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(1));
    assertThat(ids(after)).containsExactly("ops/a/1");
    assertThat(deliverer.statuses().get(0).deliveryTrouble()).isEmpty();
  }

  @Test
  void shouldRejectWhatWaitsForARemovedReceiverAfterTheDeliveryInFlight() {
    StubEndpoint ops = slow();
    StubEndpoint spare = kafka.endpoint(StubEndpoint.answering(200));
    kafka.fallbackReceiver = "spare";
    kafka.send(Notifications.firing("ops", "a", 1));
    kafka.send(Notifications.firing("ops", "b", 1));
    Deliverer deliverer =
        kafka.start(DeliveryFixture.webhook("ops", ops), DeliveryFixture.webhook("spare", spare));
    await().untilAsserted(() -> assertThat(ops.posts()).hasSize(1));

    kafka.reload(deliverer, DeliveryFixture.webhook("spare", spare));
    kafka.send(Notifications.firing("ops", "c", 1));
    assertThat(kafka.letters()).isEmpty();
    answering.countDown();

    await().untilAsserted(() -> assertThat(kafka.committedOffset("ops")).isGreaterThanOrEqualTo(3));
    await().untilAsserted(() -> assertThat(spare.posts()).hasSize(2));
    assertThat(ids(ops)).containsExactly("ops/a/1");
    assertThat(kafka.letters()).hasSize(2);
    assertThat(kafka.log())
        .filteredOn(outcome -> outcome.getReceiver().equals("ops"))
        .extracting(outcome -> outcome.getNotificationId() + " " + outcome.getReason())
        .containsExactlyInAnyOrder(
            "ops/a/1 ", "ops/b/1 UNKNOWN_RECEIVER", "ops/c/1 UNKNOWN_RECEIVER");
    assertThat(deliverer.statuses()).extracting(ReceiverStatus::name).containsExactly("spare");
  }

  @Test
  void shouldDeliverAgainToAReceiverThatComesBack() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    ReceiverConfig log = ReceiverConfig.toLog("log");
    Deliverer deliverer = kafka.start(DeliveryFixture.webhook("ops", ops), log);
    for (int i = 0; i < 10; i++) {
      kafka.reload(deliverer, log);
      kafka.reload(deliverer, log, DeliveryFixture.webhook("ops", ops));
      kafka.send(Notifications.firing("ops", "fp-" + i, 1));
      int count = i + 1;
      await().untilAsserted(() -> assertThat(kafka.log()).hasSize(count));
    }

    assertThat(ids(ops)).hasSize(10).doesNotHaveDuplicates();
    assertThat(kafka.letters()).isEmpty();
    assertThat(kafka.opened).containsEntry("test-deliver-ops", 1);
  }

  @Test
  void shouldEndTheLineOfAReceiverThatWasRemovedAWhileAgo() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    ReceiverConfig log = ReceiverConfig.toLog("log");
    Deliverer deliverer = kafka.start(DeliveryFixture.webhook("ops", ops), log);
    kafka.send(Notifications.firing("ops", "a", 1));
    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(1));
    kafka.reload(deliverer, log);
    deliverer.endRetired();
    assertThat(kafka.meters.find("tracetide.sink.pending").tag("receiver", "ops").gauge())
        .isNotNull();

    await()
        .untilAsserted(
            () -> {
              deliverer.endRetired(Duration.ZERO);
              assertThat(kafka.meters.find("tracetide.sink.pending").tag("receiver", "ops").gauge())
                  .isNull();
            });
    kafka.send(Notifications.firing("ops", "b", 1));
    await().untilAsserted(() -> assertThat(kafka.letters()).hasSize(1));
    assertThat(deliverer.isAlive()).isTrue();

    kafka.reload(deliverer, log, DeliveryFixture.webhook("ops", ops));
    kafka.send(Notifications.firing("ops", "c", 1));
    await().untilAsserted(() -> assertThat(ids(ops)).contains("ops/c/1"));
    assertThat(kafka.opened).containsEntry("test-deliver-ops", 2);
  }

  @Test
  void shouldChangeNothingIfAChannelCannotBeOpened() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(200));
    StubEndpoint other = kafka.endpoint(StubEndpoint.answering(200));
    Deliverer deliverer = kafka.start(DeliveryFixture.webhook("ops", ops));

    assertThatThrownBy(
            () ->
                kafka.reload(
                    deliverer,
                    DeliveryFixture.webhook("ops", other),
                    new ReceiverConfig("broken", new Broken())))
        .hasMessage("no certificate");
    kafka.send(Notifications.firing("ops", "a", 1));
    kafka.send(Notifications.firing("broken", "a", 1));

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(2));
    assertThat(ids(ops)).containsExactly("ops/a/1");
    assertThat(other.posts()).isEmpty();
    assertThat(kafka.letters()).hasSize(1);
  }

  private record Broken() implements ChannelConfig {
    @Override
    public Channel open(ChannelContext context) {
      throw new IllegalStateException("no certificate");
    }
  }

  @Test
  void shouldResolveTheAlertAboutABrokenReceiverThatIsRemoved() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(503));
    StubEndpoint spare = kafka.endpoint(StubEndpoint.answering(200));
    kafka.fallbackReceiver = "spare";
    kafka.send(Notifications.firing("ops", "fp", 1));
    Deliverer deliverer =
        kafka.start(DeliveryFixture.webhook("ops", ops), DeliveryFixture.webhook("spare", spare));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(spare.posts()).hasSize(1));

    kafka.reload(deliverer, DeliveryFixture.webhook("spare", spare));

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(spare.posts()).hasSize(3));
    assertThat(spare.posts())
        .anySatisfy(
            post ->
                assertThat(post.body())
                    .contains("ReceiverBroken", "\"status\":\"resolved\"")
                    .contains("receiver ops is not configured any more after"));
  }

  @Test
  void shouldNotifyTheFallbackOfAnInvalidConfigurationAndOfItsEndOnceEach() throws Exception {
    StubEndpoint spare = kafka.endpoint(StubEndpoint.answering(200));
    kafka.fallbackReceiver = "spare";
    Deliverer first = kafka.start(DeliveryFixture.webhook("spare", spare));
    first.configurationAlert().update("sink-1", Optional.empty());
    first.configurationAlert().update("sink-1", Optional.of("tracetide.yaml: sink: expected x"));
    first.configurationAlert().update("sink-1", Optional.of("tracetide.yaml: sink: expected y"));

    await().untilAsserted(() -> assertThat(spare.posts()).hasSize(1));
    assertThat(spare.posts().get(0).body())
        .contains("ConfigurationInvalid", "\"instance\":\"sink-1\"", "\"status\":\"firing\"")
        .contains("the one before stays in force: tracetide.yaml: sink: expected x");
    first.close();

    Deliverer second = kafka.start(DeliveryFixture.webhook("spare", spare));
    second.configurationAlert().update("sink-1", Optional.empty());
    second.configurationAlert().update("sink-1", Optional.empty());

    await().untilAsserted(() -> assertThat(spare.posts()).hasSize(2));
    assertThat(spare.posts().get(1).body())
        .contains("ConfigurationInvalid", "\"status\":\"resolved\"", "is valid again after");
    assertThat(kafka.topic)
        .extracting(record -> new String(record.key(), UTF_8))
        .containsOnly("spare|{alertname=\"ConfigurationInvalid\", instance=\"sink-1\"}");
  }
}
