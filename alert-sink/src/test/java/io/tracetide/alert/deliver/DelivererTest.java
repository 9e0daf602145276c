package io.tracetide.alert.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The deliverer on a stubbed Kafka and real HTTP endpoints. */
class DelivererTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.NOTIFICATIONS, 0);
  private static final Clock CLOCK =
      Clock.fixed(Notifications.DECIDED_AT.plusSeconds(5), ZoneOffset.UTC);

  private final SchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<Notification> encoder =
      new AvroEncoder<>(
          registry, SubjectCatalog.valueSubject(Topics.NOTIFICATIONS), Notification.class);
  private final AvroDecoder<NotificationOutcome> outcomes =
      new AvroDecoder<>(registry, NotificationOutcome.class);

  /** What the topic holds and what every group has committed, over all lives. */
  private final List<ConsumerRecord<byte[], byte[]>> topic = new CopyOnWriteArrayList<>();

  private final Map<String, OffsetAndMetadata> committed = new ConcurrentHashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private MockProducer<byte[], byte[]> producer = producer(true);

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open) {
      resource.close();
    }
  }

  @Test
  void shouldDeliverOnceWhenTheThirdFailureIsTheLast() {
    StubEndpoint ops = endpoint(StubEndpoint.answering(500, 500, 500, 200));
    send(Notifications.firing("ops", "fp", 1));

    start(webhook("ops", ops));

    await().untilAsserted(() -> assertThat(log()).hasSize(1));
    assertThat(log().get(0))
        .extracting(
            NotificationOutcome::getStatus,
            NotificationOutcome::getAttempts,
            NotificationOutcome::getChannel)
        .containsExactly(DeliveryStatus.DELIVERED, 4, "webhook");
    assertThat(ops.posts())
        .hasSize(4)
        .extracting(p -> p.headers().get("Idempotency-Key"))
        .containsOnly("ops/fp/1");
    await().untilAsserted(() -> assertThat(committedOffset("ops")).isEqualTo(1));
  }

  @Test
  void shouldCommitOnlyAfterTheOutcomeIsAcknowledged() throws Exception {
    producer = producer(false);
    StubEndpoint ops = endpoint(StubEndpoint.answering(200));
    send(Notifications.firing("ops", "fp", 1));

    start(webhook("ops", ops));
    await().untilAsserted(() -> assertThat(producer.history()).hasSize(1));
    Thread.sleep(300);
    assertThat(ops.posts()).hasSize(1);
    assertThat(committedOffset("ops")).isLessThan(1);

    producer.completeNext();
    await().untilAsserted(() -> assertThat(committedOffset("ops")).isEqualTo(1));
  }

  @Test
  void shouldSendAgainUnderTheSameIdWhenItCrashedBeforeTheOutcomeWasLogged() {
    producer = producer(false);
    StubEndpoint ops = endpoint(StubEndpoint.answering(200));
    send(Notifications.firing("ops", "fp", 1));
    Deliverer crashed = start(webhook("ops", ops));
    await().untilAsserted(() -> assertThat(ops.posts()).hasSize(1));
    crashed.close();

    producer = producer(true);
    start(webhook("ops", ops));

    await().untilAsserted(() -> assertThat(committedOffset("ops")).isEqualTo(1));
    assertThat(ops.posts())
        .extracting(p -> p.headers().get("Idempotency-Key"))
        .containsExactly("ops/fp/1", "ops/fp/1");
  }

  @Test
  void shouldNotSendAgainWhatWasDeliveredWhileAnotherGroupKeptFailing() {
    StubEndpoint ops =
        endpoint(
            new StubEndpoint(
                (n, exchange) -> {
                  boolean stuck =
                      exchange.getRequestHeaders().getFirst("Idempotency-Key").contains("stuck");
                  exchange.sendResponseHeaders(stuck ? 500 : 200, -1);
                }));
    send(Notifications.firing("ops", "stuck", 1));
    for (int i = 0; i < 20; i++) {
      send(Notifications.firing("ops", "fp-" + i, 1));
    }
    Deliverer first = start(webhook("ops", ops));
    await().untilAsserted(() -> assertThat(log()).hasSize(20));
    first.close();
    assertThat(committedOffset("ops")).isZero();

    send(Notifications.firing("ops", "last", 1));
    start(webhook("ops", ops));
    await().untilAsserted(() -> assertThat(log()).hasSize(21));

    assertThat(ops.posts())
        .extracting(p -> p.headers().get("Idempotency-Key"))
        .filteredOn(id -> !id.contains("stuck"))
        .doesNotHaveDuplicates()
        .hasSize(21);
  }

  @Test
  void shouldNotDelayOneReceiverWhenAnotherHangs() {
    StubEndpoint slow = endpoint(StubEndpoint.hanging());
    StubEndpoint quick = endpoint(StubEndpoint.answering(200));
    for (int i = 0; i < 50; i++) {
      send(Notifications.firing("slow", "fp-" + i, 1));
      send(Notifications.firing("quick", "fp-" + i, 1));
    }

    long started = System.nanoTime();
    start(webhook("slow", slow), webhook("quick", quick));

    await().untilAsserted(() -> assertThat(quick.posts()).hasSize(50));
    await().untilAsserted(() -> assertThat(committedOffset("quick")).isEqualTo(100));
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(8));
    assertThat(committedOffset("slow")).isZero();
  }

  @Test
  void shouldWaitAsLongAsAskedWithTheWholeReceiver() {
    StubEndpoint ops =
        endpoint(
            new StubEndpoint(
                (n, exchange) -> {
                  exchange.getResponseHeaders().set("Retry-After", "1");
                  exchange.sendResponseHeaders(n == 0 ? 429 : 200, -1);
                }));
    send(Notifications.firing("ops", "a", 1));
    send(Notifications.firing("ops", "b", 1));

    start(webhook("ops", ops));

    await().untilAsserted(() -> assertThat(ops.posts()).hasSize(3));
    long waited = ops.posts().get(1).atNanos() - ops.posts().get(0).atNanos();
    assertThat(Duration.ofNanos(waited)).isBetween(Duration.ofMillis(990), Duration.ofSeconds(5));
  }

  @Test
  void shouldSendTheNewerStateAtOnceWhenTheOlderOneKeptFailing() {
    StubEndpoint ops = endpoint(StubEndpoint.answering(500, 200));
    send(Notifications.firing("ops", "fp", 1));
    DeliveryConfig patient = config(Duration.ofMinutes(4), Duration.ofHours(24));
    start(patient, webhook("ops", ops));
    await().untilAsserted(() -> assertThat(ops.posts()).hasSize(1));

    send(Notifications.resolved("ops", "fp", 2));

    await().untilAsserted(() -> assertThat(log()).hasSize(2));
    assertThat(log())
        .extracting(NotificationOutcome::getSequence, NotificationOutcome::getStatus)
        .containsExactly(tuple(1L, DeliveryStatus.SUPERSEDED), tuple(2L, DeliveryStatus.DELIVERED));
    assertThat(ops.posts().get(1).headers()).containsEntry("Idempotency-Key", "ops/fp/2");
    assertThat(letters()).isEmpty();
  }

  @Test
  void shouldKeepTheOrderWithinAGroup() {
    StubEndpoint ops = endpoint(StubEndpoint.answering(200));
    for (int i = 1; i <= 30; i += 2) {
      send(Notifications.firing("ops", "fp", i));
      send(Notifications.resolved("ops", "fp", i + 1));
    }

    start(webhook("ops", ops));

    await().untilAsserted(() -> assertThat(log()).hasSize(30));
    assertThat(log()).extracting(NotificationOutcome::getSequence).isSorted();
  }

  @Test
  void shouldDeadLetterAndLogRejectedNotifications() {
    StubEndpoint ops = endpoint(StubEndpoint.answering(404));
    send(Notifications.firing("ops", "fp", 1));

    start(webhook("ops", ops));

    await().untilAsserted(() -> assertThat(committedOffset("ops")).isEqualTo(1));
    assertThat(log().get(0))
        .extracting(NotificationOutcome::getStatus, NotificationOutcome::getReason)
        .containsExactly(DeliveryStatus.REJECTED, "CLIENT_ERROR");
    ProducerRecord<byte[], byte[]> letter = letters().get(0);
    assertThat(letter.value()).isEqualTo(topic.get(0).value());
    assertThat(new String(letter.headers().lastHeader("reason").value(), UTF_8))
        .isEqualTo("client_error");
    assertThat(new String(letter.headers().lastHeader("topic").value(), UTF_8))
        .isEqualTo(Topics.NOTIFICATIONS);
    assertThat(ops.posts()).hasSize(1);
  }

  @Test
  void shouldExpireNotificationsBeyondTheHorizon() {
    StubEndpoint ops = endpoint(StubEndpoint.answering(503));
    send(Notifications.firing("ops", "fp", 1));

    start(config(Duration.ofMillis(20), Duration.ofSeconds(1)), webhook("ops", ops));

    await().untilAsserted(() -> assertThat(log()).hasSize(1));
    assertThat(log().get(0))
        .extracting(NotificationOutcome::getStatus, NotificationOutcome::getReason)
        .containsExactly(DeliveryStatus.EXPIRED, "SERVER_ERROR");
    assertThat(letters()).hasSize(1);
  }

  @Test
  void shouldRejectNotificationsOfUnknownReceivers() {
    StubEndpoint ops = endpoint(StubEndpoint.answering(200));
    send(Notifications.firing("gone", "fp", 1));

    start(webhook("ops", ops));

    await().untilAsserted(() -> assertThat(log()).hasSize(1));
    assertThat(log().get(0))
        .extracting(NotificationOutcome::getReceiver, NotificationOutcome::getReason)
        .containsExactly("gone", "UNKNOWN_RECEIVER");
    assertThat(ops.posts()).isEmpty();
  }

  @Test
  void shouldContinueAfterMalformedRecords() {
    StubEndpoint ops = endpoint(StubEndpoint.answering(200));
    topic.add(record("ops|x".getBytes(UTF_8), "poison".getBytes(UTF_8)));
    topic.add(record(null, null));
    send(Notifications.firing("ops", "fp", 1));

    start(webhook("ops", ops));

    await().untilAsserted(() -> assertThat(committedOffset("ops")).isEqualTo(3));
    await().untilAsserted(() -> assertThat(letters()).hasSize(2));
    assertThat(ops.posts()).hasSize(1);
  }

  @Test
  void shouldLogAgainRatherThanSendAgainWhenKafkaRefusesTheOutcome() {
    producer = producer(false);
    StubEndpoint ops = endpoint(StubEndpoint.answering(200));
    send(Notifications.firing("ops", "fp", 1));
    start(webhook("ops", ops));

    await().untilAsserted(() -> assertThat(producer.history()).hasSize(1));
    producer.errorNext(new org.apache.kafka.common.errors.TimeoutException("down"));
    await().untilAsserted(() -> assertThat(producer.history()).hasSize(2));
    producer.completeNext();

    await().untilAsserted(() -> assertThat(committedOffset("ops")).isEqualTo(1));
    assertThat(ops.posts()).hasSize(1);
  }

  @Test
  void shouldReportTheStatusOfEachReceiver() {
    StubEndpoint bad = endpoint(StubEndpoint.answering(500));
    send(Notifications.firing("bad", "fp", 1));

    Deliverer deliverer = start(webhook("bad", bad), ReceiverConfig.toLog("log"));

    await()
        .untilAsserted(
            () ->
                assertThat(deliverer.statuses())
                    .extracting(ReceiverStatus::summary)
                    .containsExactly("bad: failing (SERVER_ERROR), 1 pending", "log: 0 pending"));
    assertThat(deliverer.isAlive()).isTrue();
  }

  private Deliverer start(ReceiverConfig... receivers) {
    return start(config(Duration.ofMillis(20), Duration.ofHours(24)), receivers);
  }

  private Deliverer start(DeliveryConfig config, ReceiverConfig... receivers) {
    Deliverer deliverer =
        Deliverer.start(
            List.of(receivers),
            "test",
            this::consumer,
            producer,
            registry,
            config,
            new SinkMetrics(new SimpleMeterRegistry()),
            CLOCK);
    open.add(0, deliverer);
    return deliverer;
  }

  private static DeliveryConfig config(Duration backoff, Duration horizon) {
    return new DeliveryConfig(
        10,
        backoff,
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        horizon,
        1_000,
        Duration.ofSeconds(30),
        Duration.ofMillis(300));
  }

  private static ReceiverConfig webhook(String name, StubEndpoint endpoint) {
    return new ReceiverConfig(
        name,
        new WebhookConfig(
            Secret.of(endpoint.url("/")),
            Secret.NONE,
            true,
            true,
            Duration.ofSeconds(3),
            Duration.ofSeconds(10)));
  }

  private StubEndpoint endpoint(StubEndpoint endpoint) {
    open.add(endpoint);
    return endpoint;
  }

  private void send(Notification notification) {
    topic.add(
        record(Notifications.key(notification).getBytes(UTF_8), encoder.encode(notification)));
  }

  private ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    return new ConsumerRecord<>(Topics.NOTIFICATIONS, 0, topic.size(), key, value);
  }

  private long committedOffset(String receiver) {
    OffsetAndMetadata offset = committed.get("test-deliver-" + receiver);
    return offset == null ? 0 : offset.offset();
  }

  private List<NotificationOutcome> log() {
    return producer.history().stream()
        .filter(r -> r.topic().equals(Topics.NOTIFICATION_LOG))
        .map(r -> outcomes.decode(r.value()))
        .toList();
  }

  private List<ProducerRecord<byte[], byte[]>> letters() {
    return producer.history().stream()
        .filter(r -> r.topic().equals(Topics.NOTIFICATIONS_DEAD_LETTER))
        .toList();
  }

  private static MockProducer<byte[], byte[]> producer(boolean acknowledging) {
    return new MockProducer<>(
        acknowledging, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Consumer<byte[], byte[]> consumer(String group) {
    return new TopicConsumer(group);
  }

  /** A consumer of {@link #topic} from where its group had come. */
  private final class TopicConsumer extends MockConsumer<byte[], byte[]> {
    private final String group;
    private boolean assigned;

    TopicConsumer(String group) {
      super("earliest");
      this.group = group;
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      try {
        wait(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (!assigned) {
        assigned = true;
        updateBeginningOffsets(Map.of(PARTITION, 0L));
        rebalance(List.of(PARTITION));
        OffsetAndMetadata from = committed.get(group);
        seek(PARTITION, from == null ? 0 : from.offset());
      }
      if (!paused().contains(PARTITION)) {
        long position = position(PARTITION);
        topic.stream().filter(r -> r.offset() >= position).limit(20).forEach(this::addRecord);
      }
      return super.poll(Duration.ZERO);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
        java.util.Set<TopicPartition> partitions, Duration timeout) {
      OffsetAndMetadata from = committed.get(group);
      return from == null ? Map.of() : Map.of(PARTITION, from);
    }

    @Override
    public synchronized void commitSync(
        Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
      committed.put(group, offsets.get(PARTITION));
    }
  }
}
