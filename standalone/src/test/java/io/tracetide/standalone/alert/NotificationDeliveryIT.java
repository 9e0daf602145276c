package io.tracetide.standalone.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tracetide.alert.SinkApp;
import io.tracetide.alert.SinkConfig;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.runtime.kafka.delivery.MessageRate;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.NotificationReason;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the topic of notifications to webhooks, with storms and several instances. */
class NotificationDeliveryIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int STORM = 10_000;
  private static final int GROUPS = 20;
  private static final int STATES = 15;

  @TempDir Path directory;

  private final Map<String, List<JsonNode>> posts = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private PipelineFixture kafka;
  private HttpServer webhooks;

  @BeforeEach
  void start() throws Exception {
    kafka = PipelineFixture.in(directory).partitions(2).start();
    webhooks = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhooks.setExecutor(threads);
    webhooks.createContext(
        "/",
        exchange -> {
          String receiver = exchange.getRequestURI().getPath().substring(1);
          JsonNode post = new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes());
          posts.computeIfAbsent(receiver, key -> new CopyOnWriteArrayList<>()).add(post);
          if (receiver.equals("slow")) {
            hang();
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    webhooks.start();
  }

  private void hang() {
    try {
      closing.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    closing.countDown();
    webhooks.stop(0);
    threads.shutdownNow();
    kafka.close();
  }

  @Test
  void shouldCombineAStormAndLoseNothingWhileAnotherReceiverHangs() throws Exception {
    try (SinkApp sink = sink("a", DeliveryConfig.defaults(), "ops", "slow")) {
      send("slow", "one", 1);
      long started = System.nanoTime();
      for (int i = 0; i < STORM; i++) {
        send("ops", "group-" + i, 1);
      }
      kafka.producer().flush();

      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(delivered("ops")).hasSize(STORM));
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      assertThat(took).isLessThan(Duration.ofSeconds(60));
      assertThat(posts.get("ops").size()).isLessThanOrEqualTo(31);
    }
  }

  @Test
  void shouldNeverSendAnOlderStateAfterANewerOneWhilePartitionsMove() throws Exception {
    DeliveryConfig fast =
        DeliveryConfig.defaults().withRate(new MessageRate(100_000, Duration.ofMillis(1), 10_000));
    SinkApp first = sink("a", fast, "ops");
    for (int state = 1; state <= 5; state++) {
      sendState(state);
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(posts.get("ops")).isNotEmpty());
    try (SinkApp second = sink("b", fast, "ops")) {
      for (int state = 6; state <= 10; state++) {
        sendState(state);
        Thread.sleep(1_000);
      }
      first.close();
      for (int state = 11; state <= STATES; state++) {
        sendState(state);
        Thread.sleep(200);
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(delivered("ops")).hasSize(GROUPS * STATES));
    } finally {
      first.close();
    }

    Map<String, List<Long>> sequences =
        posts.get("ops").stream()
            .collect(
                Collectors.groupingBy(
                    post -> post.get("groupKey").asText(),
                    Collectors.mapping(
                        post -> post.get("sequence").asLong(), Collectors.toList())));
    assertThat(sequences).hasSize(GROUPS);
    assertThat(sequences.values())
        .allSatisfy(states -> assertThat(states).isSorted().doesNotHaveDuplicates());
  }

  private void sendState(int state) {
    for (int i = 0; i < GROUPS; i++) {
      send("ops", "group-" + i, state);
    }
    kafka.producer().flush();
  }

  private SinkApp sink(String instance, DeliveryConfig delivery, String... receivers) {
    SinkConfig config =
        SinkConfig.defaults()
            .withListener(ListenerConfig.onPort(0))
            .withStateDir(directory.resolve(instance).toString())
            .withDelivery(delivery)
            .withReceivers(Arrays.stream(receivers).map(this::receiver).toList());
    TracetideConfig placed = kafka.config(directory.resolve("state"));
    return SinkApp.start(config, placed.kafka(), placed.registry(), Clock.systemUTC());
  }

  private ReceiverConfig receiver(String name) {
    return new ReceiverConfig(
        name,
        new WebhookConfig(
            Secret.of("http://127.0.0.1:" + webhooks.getAddress().getPort() + "/" + name),
            Secret.NONE,
            true,
            true,
            Duration.ofSeconds(3),
            Duration.ofSeconds(30)));
  }

  private Set<String> delivered(String receiver) {
    AvroDecoder<NotificationOutcome> decoder =
        new AvroDecoder<>(kafka.schemas(), NotificationOutcome.class);
    return kafka.read(Topics.NOTIFICATION_LOG).stream()
        .map(record -> decoder.decode(record.value()))
        .filter(outcome -> outcome.getStatus() == DeliveryStatus.DELIVERED)
        .map(NotificationOutcome::getNotificationId)
        .filter(id -> id.startsWith(receiver + "/"))
        .collect(Collectors.toSet());
  }

  private void send(String receiver, String group, int sequence) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    Notification notification =
        Notification.newBuilder()
            .setNotificationId(receiver + "/" + group + "/" + sequence)
            .setReceiver(receiver)
            .setGroupKey(group)
            .setSequence(sequence)
            .setStatus(AlertStatus.FIRING)
            .setReason(NotificationReason.FIRST_NOTIFICATION)
            .setDecidedAt(now)
            .setAlerts(
                List.of(
                    Alert.newBuilder()
                        .setFingerprint(group)
                        .setStatus(AlertStatus.FIRING)
                        .setStartsAt(now)
                        .setLabels(Map.of("alertname", "Latency", "severity", "high"))
                        .setAnnotations(Map.of("summary", "p95 is 840 ms, above 500 ms"))
                        .build()))
            .build();
    kafka
        .producer()
        .send(
            new ProducerRecord<>(
                Topics.NOTIFICATIONS,
                (receiver + "|" + group).getBytes(UTF_8),
                kafka.encoder(Topics.NOTIFICATIONS, Notification.class).encode(notification)));
  }
}
