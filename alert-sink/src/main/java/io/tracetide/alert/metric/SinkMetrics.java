package io.tracetide.alert.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The meters of the alert sink. Counters of the decision include repetitions after aborted
 * transactions.
 *
 * <p>{@link #HELP} has the descriptions; the README has alert conditions.
 */
public final class SinkMetrics {
  /** Result of an attempt that succeeded. */
  public static final String DELIVERED = "delivered";

  private static final String PREFIX = "tracetide.sink.";
  private static final String ALERTMANAGER = "alertmanager.";
  private static final String LAST_RELOAD = ALERTMANAGER + "config.last.reload.";

  /** Descriptions of the meters by name. */
  public static final Map<String, String> HELP =
      Map.ofEntries(
          Map.entry(PREFIX + "received", "Records read from the topic of anomalies"),
          Map.entry(PREFIX + "decisions", "Decisions on alerts, by transition"),
          Map.entry(
              PREFIX + "poison",
              "Records that were unreadable and dead-lettered, by topic and reason"),
          Map.entry(
              PREFIX + "records.dropped",
              "Records that could not be processed or sent, by cause and topic"),
          Map.entry(
              PREFIX + "tasks.restored.damaged",
              "Tasks whose local files were damaged, set aside and restored from Kafka"),
          Map.entry(PREFIX + "notifications", "Notifications decided, by receiver and status"),
          Map.entry(
              PREFIX + "attempts",
              "Delivery attempts, by receiver and channel; the result is delivered or the reason of"
                  + " the failure"),
          Map.entry(PREFIX + "attempt.duration", "Time of one attempt, by receiver and channel"),
          Map.entry(PREFIX + "outcomes", "Deliveries that ended, by receiver, channel and status"),
          Map.entry(
              PREFIX + "delivery.delay",
              "Time from the decision to the logged delivery, by receiver"),
          Map.entry(
              PREFIX + "summaries",
              "Messages that combined notifications while the messages were limited, by receiver"),
          Map.entry(
              PREFIX + "combined", "Notifications delivered as a part of a summary, by receiver"),
          Map.entry(
              PREFIX + "template.failures",
              "Templates that failed, so that the built-in text was sent, by receiver"),
          Map.entry(
              ALERTMANAGER + "alerts",
              "Alerts of the partitions of this instance, by state; resolved ones are not counted"),
          Map.entry(
              ALERTMANAGER + "alerts.received",
              "Alerts of other systems that reached the decision, by status"),
          Map.entry(
              ALERTMANAGER + "alerts.invalid",
              "Alerts of other systems that the API has refused because they are invalid"),
          Map.entry(
              ALERTMANAGER + "cluster.members",
              "Instances of the sink that this one knows, itself included"),
          Map.entry(
              ALERTMANAGER + "silences", "Silences of the partitions of this instance, by state"),
          Map.entry(
              ALERTMANAGER + "notifications",
              "Notifications and summaries that were attempted, and each further minute in which"
                  + " one was not delivered, by kind of channel"),
          Map.entry(
              ALERTMANAGER + "notifications.failed",
              "Notifications and summaries that were not delivered 30 s after their first attempt,"
                  + " and after each further minute, or finally not, by kind of channel and"
                  + " reason"),
          Map.entry(
              ALERTMANAGER + "notification.latency", "Time of one attempt, by kind of channel"),
          Map.entry(
              ALERTMANAGER + "notification.requests", "Attempts to deliver, by kind of channel"),
          Map.entry(
              ALERTMANAGER + "notification.requests.failed",
              "Attempts that failed, by kind of channel"),
          Map.entry(
              PREFIX + "config.reloads",
              "Readings of the configuration while the sink runs, by result"),
          Map.entry(
              LAST_RELOAD + "successful",
              "1 if the newest reload of the configuration, or the start, was successful, else 0"),
          Map.entry(
              LAST_RELOAD + "success.timestamp",
              "Time of the last successful reload of the configuration, or of the start"),
          Map.entry(
              PREFIX + "pending",
              "Notifications that wait for their delivery or for a retry, by receiver"));

  private static final String API_VERSION = "v2";
  private static final String INTEGRATION = "integration";

  /** The buckets of Alertmanager. */
  private static final Duration[] LATENCIES = {
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(15),
    Duration.ofSeconds(20)
  };

  private static final Duration LONGEST_DELIVERY = Duration.ofDays(365);

  private final MeterRegistry registry;
  private final StateGauges alerts;
  private final StateGauges silences;
  private final Counter invalid;
  private final AtomicInteger members = new AtomicInteger();

  public SinkMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.alerts = new StateGauges(ALERTMANAGER + "alerts", registry);
    this.silences = new StateGauges(ALERTMANAGER + "silences", registry);
    this.invalid = registry.counter(ALERTMANAGER + "alerts.invalid", "version", API_VERSION);
  }

  public void received() {
    registry.counter(PREFIX + "received").increment();
  }

  /** An alert of another system is decided. */
  public void externalAlert(boolean firing) {
    registry
        .counter(
            ALERTMANAGER + "alerts.received",
            "status",
            firing ? "firing" : "resolved",
            "version",
            API_VERSION)
        .increment();
  }

  /** The API has refused so many alerts of a request, because they are invalid. */
  public void invalidAlerts(int count) {
    invalid.increment(count);
  }

  /** Numbers of alerts and of silences by state; empty while they are not known. */
  public void states(Map<String, Long> ofAlerts, Map<String, Long> ofSilences) {
    alerts.set(ofAlerts);
    silences.set(ofSilences);
  }

  /**
   * Number of the instances that are known, at least 1; the meter exists from the first call on.
   */
  public void members(int count) {
    if (members.getAndSet(count) == 0) {
      Gauge.builder(ALERTMANAGER + "cluster.members", members, AtomicInteger::get)
          .register(registry);
    }
  }

  public void decided(Enum<?> transition) {
    registry.counter(PREFIX + "decisions", "transition", label(transition)).increment();
  }

  public void poison(String topic, String reason) {
    registry
        .counter(PREFIX + "poison", "topic", topic, "reason", reason.toLowerCase(Locale.ROOT))
        .increment();
  }

  public void dropped(String cause, String topic) {
    registry.counter(PREFIX + "records.dropped", "cause", cause, "topic", topic).increment();
  }

  public void notification(String receiver, Enum<?> status) {
    registry
        .counter(PREFIX + "notifications", "receiver", receiver, "status", label(status))
        .increment();
  }

  /**
   * An attempt to deliver has ended.
   *
   * @param result {@link #DELIVERED} or the reason of the failure
   */
  public void attempt(String receiver, String channel, String result, Duration took) {
    registry.counter(ALERTMANAGER + "notification.requests", INTEGRATION, channel).increment();
    registry
        .counter(ALERTMANAGER + "notification.requests.failed", INTEGRATION, channel)
        .increment(result.equals(DELIVERED) ? 0 : 1);
    Timer.builder(ALERTMANAGER + "notification.latency")
        .tag(INTEGRATION, channel)
        .serviceLevelObjectives(LATENCIES)
        .register(registry)
        .record(took);
    registry
        .counter(PREFIX + "attempts", "receiver", receiver, "channel", channel, "result", result)
        .increment();
    Timer.builder(PREFIX + "attempt.duration")
        .tags("receiver", receiver, "channel", channel)
        .register(registry)
        .record(took);
  }

  public void outcome(String receiver, String channel, Enum<?> status) {
    registry
        .counter(
            PREFIX + "outcomes", "receiver", receiver, "channel", channel, "status", label(status))
        .increment();
  }

  /**
   * There is a channel: its counters begin at 0, so that {@code rate} does not miss the first
   * failure.
   *
   * @param categories reasons of failures in the words of Alertmanager
   */
  public void channel(String channel, Collection<String> categories) {
    registry.counter(ALERTMANAGER + "notifications", INTEGRATION, channel);
    registry.counter(ALERTMANAGER + "notification.requests", INTEGRATION, channel);
    registry.counter(ALERTMANAGER + "notification.requests.failed", INTEGRATION, channel);
    categories.forEach(category -> failures(channel, category));
  }

  /** So many notifications are attempted; one that has failed and is retried counts as another. */
  public void begun(String channel, long count) {
    registry
        .counter(ALERTMANAGER + "notifications", INTEGRATION, channel)
        .increment((double) count);
  }

  /**
   * So many notifications have failed.
   *
   * @param category reason in the words of Alertmanager
   */
  public void failed(String channel, String category, long count) {
    failures(channel, category).increment((double) count);
  }

  private Counter failures(String channel, String category) {
    return registry.counter(
        ALERTMANAGER + "notifications.failed", INTEGRATION, channel, "reason", category);
  }

  /** A message has combined so many notifications. */
  public void summary(String receiver, int notifications) {
    registry.counter(PREFIX + "summaries", "receiver", receiver).increment();
    registry.counter(PREFIX + "combined", "receiver", receiver).increment(notifications);
  }

  public void templateFailed(String receiver) {
    registry.counter(PREFIX + "template.failures", "receiver", receiver).increment();
  }

  /**
   * A notification was delivered.
   *
   * @param sinceDecision not measured when negative or longer than the horizon of deliveries,
   *     because the time of the decision is then wrong
   */
  public void delivered(String receiver, Duration sinceDecision) {
    if (!sinceDecision.isNegative() && sinceDecision.compareTo(LONGEST_DELIVERY) <= 0) {
      registry.timer(PREFIX + "delivery.delay", "receiver", receiver).record(sinceDecision);
    }
  }

  /**
   * Measures the notifications that wait for a receiver.
   *
   * @return ends the measurement
   */
  public Runnable pending(String receiver, IntSupplier count) {
    Gauge gauge =
        Gauge.builder(PREFIX + "pending", count::getAsInt)
            .tag("receiver", receiver)
            .register(registry);
    return () -> registry.remove(gauge);
  }

  /** The configuration was read again, with this result. */
  public void reload(Enum<?> result) {
    registry.counter(PREFIX + "config.reloads", "result", label(result)).increment();
  }

  /**
   * Measures the newest reload of the configuration.
   *
   * @param successful whether it succeeded
   * @param lastSuccess when one has succeeded
   */
  public void lastReload(BooleanSupplier successful, Supplier<Instant> lastSuccess) {
    Gauge.builder(LAST_RELOAD + "successful", () -> successful.getAsBoolean() ? 1 : 0)
        .register(registry);
    Gauge.builder(
            LAST_RELOAD + "success.timestamp", () -> lastSuccess.get().toEpochMilli() / 1_000.0)
        .baseUnit("seconds")
        .register(registry);
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
