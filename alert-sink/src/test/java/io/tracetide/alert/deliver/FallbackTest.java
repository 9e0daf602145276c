package io.tracetide.alert.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.alert.channel.log.LogConfig;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.NotificationOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FallbackTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final DeliveryFixture kafka = new DeliveryFixture();

  @AfterEach
  void close() throws Exception {
    kafka.close();
  }

  @Test
  void shouldDeliverThroughTheFallbackWhatWasRejected() {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(404));
    StubEndpoint spare = kafka.endpoint(StubEndpoint.answering(200));
    kafka.fallbackReceiver = "spare";
    kafka.send(Notifications.firing("ops", "fp", 1));
    kafka.send(Notifications.firing("gone", "fp", 1));

    kafka.start(DeliveryFixture.webhook("ops", ops), DeliveryFixture.webhook("spare", spare));

    await().untilAsserted(() -> assertThat(spare.posts()).hasSize(2));
    assertThat(spare.posts())
        .anySatisfy(
            post ->
                assertThat(post.body())
                    .contains("\"notification_reason\":\"delivery failed\"")
                    .contains("not delivered to ops (CLIENT_ERROR: answered with status 404)"))
        .anySatisfy(post -> assertThat(post.body()).contains("not delivered to gone"));
    assertThat(kafka.letters()).hasSize(2);
  }

  @Test
  void shouldNotLoopWhenTheFallbackFailsToo() throws Exception {
    StubEndpoint ops = kafka.endpoint(StubEndpoint.answering(404));
    StubEndpoint spare = kafka.endpoint(StubEndpoint.answering(410));
    kafka.fallbackReceiver = "spare";
    kafka.send(Notifications.firing("ops", "fp", 1));
    kafka.send(Notifications.firing("spare", "fp", 1));

    kafka.start(DeliveryFixture.webhook("ops", ops), DeliveryFixture.webhook("spare", spare));

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(3));
    Thread.sleep(300);
    assertThat(kafka.topic).hasSize(3);
    assertThat(kafka.letters()).hasSize(3);
    assertThat(kafka.log())
        .extracting(NotificationOutcome::getStatus)
        .containsOnly(DeliveryStatus.REJECTED);
  }

  @Test
  void shouldNotifyTheFallbackOfABrokenReceiverAndOfItsRecovery() {
    AtomicInteger status = new AtomicInteger(503);
    StubEndpoint ops =
        kafka.endpoint(
            new StubEndpoint((n, exchange) -> exchange.sendResponseHeaders(status.get(), -1)));
    StubEndpoint spare = kafka.endpoint(StubEndpoint.answering(200));
    kafka.fallbackReceiver = "spare";
    kafka.send(Notifications.firing("ops", "fp", 1));
    DeliveryConfig config = DeliveryFixture.config(Duration.ofMillis(20), Duration.ofHours(24));
    ReceiverConfig[] receivers = {
      DeliveryFixture.webhook("ops", ops), DeliveryFixture.webhook("spare", spare)
    };

    Deliverer first = kafka.start(config, receivers);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(spare.posts()).hasSize(1));
    assertThat(spare.posts().get(0).body())
        .contains("ReceiverBroken", "\"status\":\"firing\"")
        .containsPattern("receiver ops has failed for \\d+ s");
    first.close();

    status.set(200);
    kafka.start(config, receivers);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(spare.posts()).hasSize(2));
    assertThat(spare.posts().get(1).body())
        .contains("ReceiverBroken", "\"status\":\"resolved\"", "receiver ops has recovered");
  }

  @Test
  void shouldDeliverToEachChannelOfAReceiverOnItsOwn() {
    StubEndpoint one = kafka.endpoint(StubEndpoint.answering(500, 500, 200));
    StubEndpoint two = kafka.endpoint(StubEndpoint.answering(200));
    ReceiverConfig ops =
        new ReceiverConfig(
            "ops",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                List.of(
                    integration(one),
                    new IntegrationConfig(LogConfig.defaults(), Optional.empty()),
                    integration(two))));
    assertThat(ops.integrations())
        .extracting(ReceiverConfig.Integration::name)
        .containsExactly("ops/webhook", "ops/log", "ops/webhook-2");
    ops.integrations().forEach(each -> kafka.send(Notifications.firing(each.name(), "fp", 1)));

    Deliverer deliverer = kafka.start(ops);

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(3));
    assertThat(one.posts()).hasSize(3);
    assertThat(two.posts()).hasSize(1);
    assertThat(deliverer.statuses())
        .extracting(ReceiverStatus::name)
        .containsExactly("ops/webhook", "ops/log", "ops/webhook-2");
  }

  private static IntegrationConfig integration(StubEndpoint endpoint) {
    return new IntegrationConfig(DeliveryFixture.channel(endpoint), Optional.empty());
  }
}
