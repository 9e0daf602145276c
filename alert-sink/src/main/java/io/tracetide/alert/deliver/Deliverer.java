package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.contract.NotificationWriter;
import io.tracetide.alert.deliver.Receiver.TemplateTrouble;
import io.tracetide.alert.message.MessageBuilder;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.runtime.kafka.delivery.DeliveryQueue;
import io.tracetide.runtime.kafka.delivery.DeliveryReader;
import io.tracetide.runtime.kafka.delivery.MessageRate;
import io.tracetide.runtime.kafka.delivery.RetryPolicy;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

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

  /** Starts delivering. */
  public static Deliverer start(DeliveryPlan plan, DeliveryEnvironment environment) {
    SchemaRegistry registry = environment.registry();
    OutcomeLog outcomes =
        new OutcomeLog(
            environment.producer(),
            new AvroEncoder<>(
                registry,
                SubjectCatalog.valueSubject(Topics.NOTIFICATION_LOG),
                NotificationOutcome.class));
    Fallback fallback =
        new Fallback(
            plan.fallbackIntegrations(),
            new AvroEncoder<>(
                registry, SubjectCatalog.valueSubject(Topics.NOTIFICATIONS), Notification.class),
            environment.clock());
    MessageBuilder messages = new MessageBuilder(plan.links());
    // A try ends within its channel's timeout, or is interrupted after the drain.
    Deliverer deliverer = new Deliverer(plan.delivery().drainTimeout().plusSeconds(10));
    for (Receiver receiver : receivers(plan, environment)) {
      deliverer.lines.add(
          line(
              receiver,
              plan.delivery().withRate(receiver.rate()),
              outcomes,
              fallback,
              messages,
              environment));
    }
    deliverer.lines.forEach(Line::start);
    return deliverer;
  }

  private static Line line(
      Receiver receiver,
      DeliveryConfig config,
      OutcomeLog outcomes,
      Fallback fallback,
      MessageBuilder messages,
      DeliveryEnvironment environment) {
    DeliveryQueue queue =
        new DeliveryQueue(
            System::nanoTime,
            receiver.channel().combines() ? Optional.of(config.rate()) : Optional.empty());
    environment.metrics().pending(receiver.name(), queue::size);
    DeliveryReader reader =
        new DeliveryReader(
            receiver.name(),
            Topics.NOTIFICATIONS,
            receiver.concerns(),
            () -> environment.consumers().apply(receiver.groupId()),
            queue,
            config,
            environment.catchUp());
    ReceiverHealth health =
        new ReceiverHealth(
            receiver.name(),
            config.brokenAfter(),
            fallback,
            outcomes,
            environment.states().memoryOf(receiver.name()),
            queue::size,
            environment.clock());
    ReceiverWorker worker =
        new ReceiverWorker(
            receiver,
            queue,
            new Settlement(receiver, queue, outcomes, fallback, environment),
            health,
            messages,
            config,
            new RetryPolicy(config, new SplittableRandom()),
            environment);
    return new Line(receiver, queue, reader, worker);
  }

  private static List<Receiver> receivers(DeliveryPlan plan, DeliveryEnvironment environment) {
    List<Receiver> receivers = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    for (ReceiverConfig receiver : plan.receivers()) {
      for (ReceiverConfig.Integration integration : receiver.integrations()) {
        prefixes.add(NotificationWriter.keyPrefix(integration.name()));
        receivers.add(
            receiver(
                integration, receiver.rate().orElse(plan.delivery().rate()), plan, environment));
      }
    }
    receivers.add(
        new Receiver(
            UNKNOWN,
            plan.groupPrefix() + "-deliver",
            key -> prefixes.stream().noneMatch(key::startsWith),
            new UnknownReceiverChannel(),
            true,
            plan.delivery().rate(),
            new TemplateTrouble(() -> {})));
    return receivers;
  }

  private static Receiver receiver(
      ReceiverConfig.Integration integration,
      MessageRate rate,
      DeliveryPlan plan,
      DeliveryEnvironment environment) {
    String name = integration.name();
    String prefix = NotificationWriter.keyPrefix(name);
    TemplateTrouble templates =
        new TemplateTrouble(() -> environment.metrics().templateFailed(name));
    Channel channel =
        integration
            .channel()
            .open(
                new ChannelContext(
                    name,
                    environment.clock(),
                    environment.kafka(),
                    environment.states().memoryOf(name),
                    templates));
    return new Receiver(
        name,
        plan.groupPrefix() + "-deliver-" + name,
        key -> key.startsWith(prefix),
        channel,
        integration.sendResolved(),
        rate,
        templates);
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
          sender.trouble(),
          receiver.templates().last());
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
