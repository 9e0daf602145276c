package io.tracetide.alert.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.alert.memory.DeliveryStates;
import io.tracetide.alert.message.Links;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.runtime.kafka.delivery.MessageRate;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Deliverers on a stubbed Kafka, which outlives them, and real HTTP endpoints. */
final class DeliveryFixture implements AutoCloseable {
  static final TopicPartition PARTITION = new TopicPartition(Topics.NOTIFICATIONS, 0);
  static final Clock CLOCK = Clock.fixed(Notifications.DECIDED_AT.plusSeconds(5), ZoneOffset.UTC);

  private final SchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<Notification> encoder =
      new AvroEncoder<>(
          registry, SubjectCatalog.valueSubject(Topics.NOTIFICATIONS), Notification.class);
  private final AvroDecoder<NotificationOutcome> outcomes =
      new AvroDecoder<>(registry, NotificationOutcome.class);

  /** What the topic holds and what every group has committed, over all lives. */
  final List<ConsumerRecord<byte[], byte[]>> topic = new CopyOnWriteArrayList<>();

  final Map<String, OffsetAndMetadata> committed = new ConcurrentHashMap<>();

  /** Consumers that were opened, by group. */
  final Map<String, Integer> opened = new ConcurrentHashMap<>();

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  MockProducer<byte[], byte[]> producer = producer(true);
  String fallbackReceiver = "";
  Clock clock = CLOCK;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<ProducerRecord<byte[], byte[]>> written = new CopyOnWriteArrayList<>();

  @Override
  public void close() throws Exception {
    for (AutoCloseable resource : open) {
      resource.close();
    }
  }

  Deliverer start(ReceiverConfig... receivers) {
    return start(config(Duration.ofMillis(20), Duration.ofHours(24)), receivers);
  }

  /** Starts a deliverer that has read what earlier ones have written to delivery-state. */
  Deliverer start(DeliveryConfig config, ReceiverConfig... receivers) {
    MockProducer<byte[], byte[]> current = producer;
    DeliveryStates states = new DeliveryStates(current);
    written.stream()
        .filter(r -> r.topic().equals(Topics.DELIVERY_STATE))
        .forEach(r -> states.read(r.key(), r.value()));
    Deliverer deliverer =
        Deliverer.start(
            plan(config, receivers),
            new DeliveryEnvironment(
                group -> {
                  opened.merge(group, 1, Integer::sum);
                  return new TopicConsumer(group);
                },
                current,
                registry,
                states,
                () -> {},
                KafkaConfig.defaults(),
                new SinkMetrics(meters),
                clock));
    open.add(0, deliverer);
    return deliverer;
  }

  /** A plan with the {@link #fallbackReceiver}. */
  DeliveryPlan plan(DeliveryConfig config, ReceiverConfig... receivers) {
    Map<String, String> names = new HashMap<>();
    for (ReceiverConfig receiver : receivers) {
      receiver.integrations().forEach(each -> names.put(each.name(), receiver.name()));
    }
    return new DeliveryPlan(
        List.of(receivers),
        names,
        fallbackReceiver.isEmpty() ? List.of() : List.of(fallbackReceiver),
        "test",
        config,
        Links.none());
  }

  /** Changes to other receivers, as a reload does. */
  void reload(Deliverer deliverer, ReceiverConfig... receivers) {
    Deliverer.Change change =
        deliverer.prepare(plan(config(Duration.ofMillis(20), Duration.ofHours(24)), receivers));
    change.begin();
    change.finish();
  }

  static DeliveryConfig config(Duration backoff, Duration horizon) {
    return new DeliveryConfig(
        10,
        backoff,
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        horizon,
        1_000,
        Duration.ofSeconds(30),
        Duration.ofMillis(300),
        Duration.ofSeconds(1),
        new MessageRate(1_000, Duration.ofSeconds(1), 10_000));
  }

  static ReceiverConfig webhook(String name, StubEndpoint endpoint) {
    return new ReceiverConfig(name, channel(endpoint));
  }

  static ReceiverConfig withoutResolved(String name, StubEndpoint endpoint) {
    return new ReceiverConfig(
        name,
        Optional.of(channel(endpoint)),
        Optional.of(false),
        Optional.empty(),
        Optional.empty());
  }

  static WebhookConfig channel(StubEndpoint endpoint) {
    return new WebhookConfig(
        Secret.of(endpoint.url("/")),
        Secret.NONE,
        true,
        true,
        Duration.ofSeconds(3),
        Duration.ofSeconds(10));
  }

  StubEndpoint endpoint(StubEndpoint endpoint) {
    open.add(endpoint);
    return endpoint;
  }

  void send(Notification notification) {
    topic.add(
        record(Notifications.key(notification).getBytes(UTF_8), encoder.encode(notification)));
  }

  void sendAll(List<Notification> notifications) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Notification notification : notifications) {
      records.add(
          new ConsumerRecord<>(
              Topics.NOTIFICATIONS,
              0,
              topic.size() + records.size(),
              Notifications.key(notification).getBytes(UTF_8),
              encoder.encode(notification)));
    }
    topic.addAll(records);
  }

  /** Sends it again, as an operator does. */
  void replay(Notification notification) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("replayedAt", "2026-03-01T11:00:00Z".getBytes(UTF_8));
    topic.add(
        new ConsumerRecord<>(
            Topics.NOTIFICATIONS,
            0,
            topic.size(),
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            Notifications.key(notification).getBytes(UTF_8),
            encoder.encode(notification),
            headers,
            Optional.empty()));
  }

  ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    return new ConsumerRecord<>(Topics.NOTIFICATIONS, 0, topic.size(), key, value);
  }

  long committedOffset(String receiver) {
    OffsetAndMetadata offset = committed.get("test-deliver-" + receiver);
    return offset == null ? 0 : offset.offset();
  }

  List<NotificationOutcome> log() {
    return written.stream()
        .filter(r -> r.topic().equals(Topics.NOTIFICATION_LOG))
        .map(r -> outcomes.decode(r.value()))
        .toList();
  }

  List<ProducerRecord<byte[], byte[]>> letters() {
    return written.stream()
        .filter(r -> r.topic().equals(Topics.NOTIFICATIONS_DEAD_LETTER))
        .toList();
  }

  /** A producer whose notifications come to the topic. */
  MockProducer<byte[], byte[]> producer(boolean acknowledging) {
    return new MockProducer<>(
        acknowledging, null, new ByteArraySerializer(), new ByteArraySerializer()) {
      @Override
      public synchronized Future<RecordMetadata> send(
          ProducerRecord<byte[], byte[]> record, Callback callback) {
        if (record.topic().equals(Topics.NOTIFICATIONS)) {
          topic.add(DeliveryFixture.this.record(record.key(), record.value()));
        }
        if (acknowledging) {
          written.add(record);
        }
        return super.send(record, callback);
      }
    };
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
        topic.stream().filter(r -> r.offset() >= position).limit(500).forEach(this::addRecord);
      }
      return super.poll(Duration.ZERO);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
        Set<TopicPartition> partitions, Duration timeout) {
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
