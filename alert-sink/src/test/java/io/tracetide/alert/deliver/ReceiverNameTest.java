package io.tracetide.alert.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.runtime.kafka.delivery.MessageRate;
import io.tracetide.schemas.NotificationOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages have the name of the receiver; outcomes and meters that of the integration. */
class ReceiverNameTest {
  private final DeliveryFixture kafka = new DeliveryFixture();

  @AfterEach
  void close() throws Exception {
    kafka.close();
  }

  @Test
  void shouldSendTheNameOfAReceiverWithSeveralChannels() {
    StubEndpoint one = kafka.endpoint(StubEndpoint.answering(200));
    StubEndpoint other = kafka.endpoint(StubEndpoint.answering(200));
    kafka.send(Notifications.firing("chat/critical/webhook", "fp", 1));
    kafka.send(Notifications.firing("chat/critical/webhook-2", "fp", 1));

    kafka.start(receiver("chat/critical", one, other));

    await().untilAsserted(() -> assertThat(kafka.log()).hasSize(2));
    assertThat(List.of(one.posts().get(0).body(), other.posts().get(0).body()))
        .allSatisfy(body -> assertThat(body).contains("\"receiver\":\"chat/critical\""));
    assertThat(kafka.log())
        .extracting(NotificationOutcome::getReceiver)
        .containsExactlyInAnyOrder("chat/critical/webhook", "chat/critical/webhook-2");
    assertThat(kafka.meters.get("tracetide.sink.attempts").counters())
        .extracting(counter -> counter.getId().getTag("receiver"))
        .containsExactlyInAnyOrder("chat/critical/webhook", "chat/critical/webhook-2");
  }

  @Test
  void shouldSendTheNameInSummaries() {
    StubEndpoint one = kafka.endpoint(StubEndpoint.answering(200));
    StubEndpoint other = kafka.endpoint(StubEndpoint.answering(200));
    kafka.sendAll(
        List.of(
            Notifications.firing("chat/webhook", "a", 1),
            Notifications.firing("chat/webhook", "b", 1),
            Notifications.firing("chat/webhook", "c", 1)));

    kafka.start(
        DeliveryFixture.config(Duration.ofMillis(20), Duration.ofHours(24))
            .withRate(new MessageRate(1, Duration.ofSeconds(1), 100)),
        receiver("chat", one, other));

    await().untilAsserted(() -> assertThat(kafka.committedOffset("chat/webhook")).isEqualTo(3));
    assertThat(one.posts())
        .isNotEmpty()
        .allSatisfy(post -> assertThat(post.body()).contains("\"receiver\":\"chat\""));
  }

  private static ReceiverConfig receiver(String name, StubEndpoint one, StubEndpoint other) {
    return new ReceiverConfig(
        name,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            List.of(
                new IntegrationConfig(DeliveryFixture.channel(one), Optional.empty()),
                new IntegrationConfig(DeliveryFixture.channel(other), Optional.empty()))));
  }
}
