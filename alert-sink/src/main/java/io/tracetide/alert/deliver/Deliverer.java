package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.contract.NotificationWriter;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.runtime.kafka.delivery.DeliveryQueue;
import io.tracetide.runtime.kafka.delivery.DeliveryReader;
import io.tracetide.runtime.kafka.delivery.RetryPolicy;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Delivers notifications, each receiver on its own:
 *
 * <pre>
 * notifications ──▶ DeliveryReader ──▶ DeliveryQueue ──▶ ReceiverWorker ──▶ Channel
 *                     ▲                          │
 *                     └─ offset, once acknowledged ┴──▶ notification-log, notifications-dead-letter
 * </pre>
 *
 * Every receiver has its consumer group, queue and two threads, so that a slow one does not delay
 * the others. One more handles notifications of receivers that are not configured.
 */
public final class Deliverer implements AutoCloseable {
  private static final String UNKNOWN = "unknown";

  private final List<Line> lines = new ArrayList<>();
  private final Duration patience;

  private Deliverer(Duration patience) {
    this.patience = patience;
  }

  /**
   * Starts delivering.
   *
   * @param groupPrefix what the consumer groups' ids begin with
   * @param consumers opens a consumer of committed records for a group
   * @param producer for outcomes and dead letters; stays the caller's to close, after this
   */
  public static Deliverer start(
      List<ReceiverConfig> receivers,
      String groupPrefix,
      Function<String, Consumer<byte[], byte[]>> consumers,
      Producer<byte[], byte[]> producer,
      SchemaRegistry registry,
      DeliveryConfig config,
      SinkMetrics metrics,
      Clock clock) {
    OutcomeLog outcomes =
        new OutcomeLog(
            producer,
            new AvroEncoder<>(
                registry,
                SubjectCatalog.valueSubject(Topics.NOTIFICATION_LOG),
                NotificationOutcome.class));
    AvroDecoder<Notification> decoder = new AvroDecoder<>(registry, Notification.class);
    // A try ends within its channel's timeout, or is interrupted after the drain.
    Deliverer deliverer = new Deliverer(config.drainTimeout().plusSeconds(10));
    for (Receiver receiver : receivers(receivers, groupPrefix, clock)) {
      DeliveryQueue queue = new DeliveryQueue(System::nanoTime);
      RetryPolicy retries = new RetryPolicy(config, new SplittableRandom());
      deliverer.lines.add(
          new Line(
              receiver,
              queue,
              new DeliveryReader(
                  receiver.name(),
                  Topics.NOTIFICATIONS,
                  receiver.concerns(),
                  () -> consumers.apply(receiver.groupId()),
                  queue,
                  config),
              new ReceiverWorker(
                  receiver, queue, decoder, outcomes, config, retries, metrics, clock)));
      metrics.pending(receiver.name(), queue::size);
    }
    deliverer.lines.forEach(Line::start);
    return deliverer;
  }

  private static List<Receiver> receivers(
      List<ReceiverConfig> configured, String groupPrefix, Clock clock) {
    List<Receiver> receivers = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    for (ReceiverConfig receiver : configured) {
      String prefix = NotificationWriter.keyPrefix(receiver.name());
      prefixes.add(prefix);
      receivers.add(
          new Receiver(
              receiver.name(),
              groupPrefix + "-deliver-" + receiver.name(),
              key -> key.startsWith(prefix),
              receiver.open(ChannelContext.of(receiver.name(), clock))));
    }
    receivers.add(
        new Receiver(
            UNKNOWN,
            groupPrefix + "-deliver",
            key -> prefixes.stream().noneMatch(key::startsWith),
            new UnknownReceiverChannel()));
    return receivers;
  }

  /** Status of each configured receiver. */
  public List<ReceiverStatus> statuses() {
    return lines.stream()
        .filter(line -> !(line.receiver.channel() instanceof UnknownReceiverChannel))
        .map(Line::status)
        .toList();
  }

  /** Whether all threads live; a receiver that fails is no reason for them not to. */
  public boolean isAlive() {
    return lines.stream().allMatch(Line::isAlive);
  }

  /** Lets what is in flight end, commits what is done and stops. */
  @Override
  public void close() {
    lines.forEach(line -> line.intake.close());
    boolean interrupted = false;
    for (Line line : lines) {
      interrupted |= line.stop(patience);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** All that works for one receiver. */
  private static final class Line {
    private final Receiver receiver;
    private final DeliveryQueue queue;
    private final DeliveryReader intake;
    private final ReceiverWorker sender;
    private final Thread reading;
    private final Thread sending;

    Line(Receiver receiver, DeliveryQueue queue, DeliveryReader intake, ReceiverWorker sender) {
      this.receiver = receiver;
      this.queue = queue;
      this.intake = intake;
      this.sender = sender;
      this.reading = new Thread(intake, "deliver-read-" + receiver.name());
      this.sending = new Thread(sender, "deliver-send-" + receiver.name());
    }

    void start() {
      reading.start();
      sending.start();
    }

    boolean isAlive() {
      return reading.isAlive() && sending.isAlive();
    }

    ReceiverStatus status() {
      return new ReceiverStatus(
          receiver.name(),
          receiver.channel().kind(),
          queue.size(),
          intake.trouble(),
          sender.trouble());
    }

    /** True if the caller was interrupted meanwhile. */
    boolean stop(Duration patience) {
      boolean interrupted = join(reading, patience);
      sending.interrupt();
      interrupted |= join(sending, patience);
      receiver.channel().close();
      return interrupted;
    }

    @SuppressWarnings("InterruptedExceptionSwallowed") // handed to the caller, who has more to stop
    private static boolean join(Thread thread, Duration patience) {
      try {
        thread.join(patience.toMillis());
        return false;
      } catch (InterruptedException e) {
        return true;
      }
    }
  }
}
