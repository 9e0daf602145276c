package io.tracetide.alert.deliver;

import io.tracetide.alert.contract.NotificationWriter;
import io.tracetide.alert.message.MessageBuilder;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Delivers notifications, each receiver on its own:
 *
 * <pre>
 * notifications ──▶ DeliveryReader ──▶ DeliveryQueue ──▶ ReceiverWorker ──▶ Channel
 *                     ▲                          │
 *                     └─ offset, once acknowledged ┴──▶ notification-log, notifications-dead-letter
 * </pre>
 *
 * Every receiver has its consumer group, queue and two threads, a {@link DeliveryLine}, so that a
 * slow one does not delay the others. One more handles notifications of receivers that are not
 * configured.
 */
public final class Deliverer implements AutoCloseable {
  private static final String UNKNOWN = "unknown";

  /**
   * How long a removed receiver keeps its line: until the decisions that another configuration has
   * made, here or on an instance that is reloaded later, are in the topic.
   */
  private static final Duration RETIREMENT = Duration.ofMinutes(5);

  private final String groupPrefix;
  private final DeliveryEnvironment environment;
  private final OutcomeLog outcomes;
  private final AvroEncoder<Notification> notifications;
  private final ConfigurationAlert configurationAlert;
  private final DeliveryLine unknown;

  /** Lines that were removed from those by name and end when they are idle. */
  private final List<DeliveryLine> ending = new ArrayList<>();

  private volatile Map<String, DeliveryLine> lines = Map.of();
  private volatile Fallback fallback;
  private boolean started;
  private boolean closed;

  private Deliverer(DeliveryPlan plan, DeliveryEnvironment environment) {
    this.groupPrefix = plan.groupPrefix() + "-deliver";
    this.environment = environment;
    outcomes =
        new OutcomeLog(
            environment.producer(),
            new AvroEncoder<>(
                environment.registry(),
                SubjectCatalog.valueSubject(Topics.NOTIFICATION_LOG),
                NotificationOutcome.class));
    notifications =
        new AvroEncoder<>(
            environment.registry(),
            SubjectCatalog.valueSubject(Topics.NOTIFICATIONS),
            Notification.class);
    Shared first = new Shared(plan, fallback(plan));
    fallback = first.fallback();
    configurationAlert = new ConfigurationAlert(() -> fallback, outcomes, environment);
    unknown =
        new DeliveryLine(
            new Receiver(
                UNKNOWN,
                groupPrefix,
                key -> NotificationWriter.receiver(key).filter(lines::containsKey).isEmpty()),
            first.ofUnknown(),
            outcomes,
            environment,
            false);
  }

  /** Starts delivering. */
  public static Deliverer start(DeliveryPlan plan, DeliveryEnvironment environment) {
    Deliverer deliverer = new Deliverer(plan, environment);
    deliverer.prepare(plan).begin();
    return deliverer;
  }

  /**
   * Opens the channels of another plan, and changes nothing yet. The ids of the consumer groups
   * stay those of the first plan.
   *
   * @throws RuntimeException if a channel cannot be opened; the others are closed again
   */
  public synchronized Change prepare(DeliveryPlan plan) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    Shared shared = new Shared(plan, fallback(plan));
    Map<String, LineSettings> wanted = new LinkedHashMap<>();
    List<OpenChannel> opened = new ArrayList<>();
    try {
      for (ReceiverConfig receiver : plan.receivers()) {
        DeliveryConfig delivery =
            plan.delivery().withRate(receiver.rate().orElse(plan.delivery().rate()));
        for (ReceiverConfig.Integration integration : receiver.integrations()) {
          DeliveryLine line = lines.get(integration.name());
          OpenChannel open;
          if (line != null && line.isOf(integration.channel())) {
            open = line.settings().open();
          } else {
            open = OpenChannel.open(integration.name(), integration.channel(), environment);
            opened.add(open);
          }
          MessageBuilder messages = shared.messages().of(plan.receiverOf(integration));
          wanted.put(
              integration.name(),
              new LineSettings(
                  open, integration.sendResolved(), delivery, messages, shared.fallback()));
        }
      }
    } catch (RuntimeException e) {
      opened.forEach(open -> open.channel().close());
      throw e;
    }
    return new Change(shared, wanted);
  }

  private Fallback fallback(DeliveryPlan plan) {
    return new Fallback(plan.fallbackIntegrations(), notifications, environment.clock());
  }

  /** What all receivers of a plan share. */
  private record Shared(DeliveryConfig delivery, MessageBuilder messages, Fallback fallback) {

    Shared(DeliveryPlan plan, Fallback fallback) {
      this(plan.delivery(), new MessageBuilder(plan.links()), fallback);
    }

    LineSettings ofUnknown() {
      return new LineSettings(OpenChannel.ofUnknown(), true, delivery, messages, fallback);
    }
  }

  /**
   * A change to another plan in two steps: new receivers are delivered to before notifications are
   * decided for them, and removed ones until none are decided for them any more.
   */
  public final class Change {
    private final Shared shared;
    private final Map<String, LineSettings> wanted;

    private Change(Shared shared, Map<String, LineSettings> wanted) {
      this.shared = shared;
      this.wanted = wanted;
    }

    /** Starts the new receivers, and uses the new settings of the others from now on. */
    public void begin() {
      synchronized (Deliverer.this) {
        apply(shared, wanted);
      }
    }

    /** Rejects from now on what waits for receivers that are not in the plan. */
    public void finish() {
      synchronized (Deliverer.this) {
        lines.forEach(
            (name, line) -> {
              if (!wanted.containsKey(name) && !line.isRetired()) {
                line.retire(shared.ofUnknown());
              }
            });
      }
    }
  }

  private void apply(Shared shared, Map<String, LineSettings> wanted) {
    Map<String, DeliveryLine> next = new LinkedHashMap<>();
    List<DeliveryLine> fresh = new ArrayList<>();
    wanted.forEach(
        (name, settings) -> {
          DeliveryLine line = lines.containsKey(name) ? lines.get(name) : revived(name);
          if (line == null) {
            line = line(name, settings);
            fresh.add(line);
          } else {
            line.configure(settings);
          }
          next.put(name, line);
        });
    lines.forEach(next::putIfAbsent);
    fallback = shared.fallback();
    // From now on these are not of an unknown receiver.
    lines = next;
    if (started) {
      unknown.configure(shared.ofUnknown());
    } else {
      unknown.start();
      started = true;
    }
    fresh.forEach(DeliveryLine::start);
  }

  /** The line of a receiver that was removed and has not ended; null if there is none. */
  private @Nullable DeliveryLine revived(String name) {
    for (DeliveryLine line : ending) {
      if (line.name().equals(name)) {
        ending.remove(line);
        return line;
      }
    }
    return null;
  }

  private DeliveryLine line(String name, LineSettings settings) {
    String prefix = NotificationWriter.keyPrefix(name);
    return new DeliveryLine(
        new Receiver(name, groupPrefix + "-" + name, key -> key.startsWith(prefix)),
        settings,
        outcomes,
        environment,
        started);
  }

  /**
   * Ends the lines of receivers that were removed a while ago. Their notifications are those of an
   * unknown receiver from then on: a line ends only at the next call, because until then it reads
   * what that one has left to it.
   */
  public void endRetired() {
    endRetired(RETIREMENT);
  }

  synchronized void endRetired(Duration retirement) {
    List<DeliveryLine> over = ending.stream().filter(line -> line.isOver(retirement)).toList();
    ending.removeAll(over);
    over.forEach(line -> line.stop(patience(line)));
    Map<String, DeliveryLine> left = new LinkedHashMap<>();
    lines.forEach(
        (name, line) -> {
          if (line.isOver(retirement)) {
            ending.add(line);
          } else {
            left.put(name, line);
          }
        });
    lines = left;
  }

  /** Reports to the fallback receiver that the configuration is invalid. */
  public ConfigurationAlert configurationAlert() {
    return configurationAlert;
  }

  /** Status of each configured receiver. */
  public List<ReceiverStatus> statuses() {
    return lines.values().stream()
        .filter(line -> !line.isRetired())
        .map(DeliveryLine::status)
        .toList();
  }

  /** Whether all threads live; a receiver that fails is no reason for them not to. */
  public boolean isAlive() {
    return all().allMatch(DeliveryLine::isAlive);
  }

  /** Whether the notifications of all configured receivers are read. */
  public boolean isReading() {
    return lines.values().stream()
        .filter(line -> !line.isRetired())
        .allMatch(DeliveryLine::isReading);
  }

  private Stream<DeliveryLine> all() {
    return Stream.concat(lines.values().stream(), Stream.of(unknown));
  }

  /** Lets what is in flight end, commits what is done and stops. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<DeliveryLine> open = new ArrayList<>(all().toList());
    open.addAll(ending);
    open.forEach(DeliveryLine::closeReader);
    boolean interrupted = false;
    for (DeliveryLine line : open) {
      interrupted |= line.stop(patience(line));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A try ends within its channel's timeout, or is interrupted after the drain. */
  private static Duration patience(DeliveryLine line) {
    return line.settings().delivery().drainTimeout().plusSeconds(10);
  }
}
