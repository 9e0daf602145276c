package io.tracetide.standalone.check.alert;

import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.ExternalAlert;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.check.alert.Post.Episode;
import io.tracetide.standalone.check.alert.SinkApi.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Thousands of alerts in 10 s, each a group of its own, to two receivers with the default limit of
 * messages. Each receiver gets at most 31 messages in the first minute, and every alert is in one.
 * The sink has decided a thousand alerts of another receiver before.
 */
final class StormCheck {
  private static final List<String> RECEIVERS = List.of("first", "second");
  private static final Origin STORMY = new Origin("t", "storm");
  private static final Origin EARLIER = new Origin("t", "earlier");
  private static final int EARLIER_ALERTS = 1_000;
  private static final int BATCHES = 100;
  private static final int CLIENTS = 10;
  private static final Duration STORM = Duration.ofSeconds(10);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration END = Duration.ofMinutes(5);
  private static final int MOST_MESSAGES = 31;
  private static final Duration MOST_DECISION = Duration.ofSeconds(1);

  private final AlertRig rig;
  private final int alerts;
  private final Random random;
  private final Consumer<String> progress;

  private StormCheck(AlertRig rig, CheckSettings settings, Consumer<String> progress) {
    this.rig = rig;
    this.alerts = settings.storm();
    this.random = new Random(settings.seed());
    this.progress = progress;
  }

  /** Runs the check on a broker without records. */
  static List<Property> run(AlertRig rig, CheckSettings settings, Consumer<String> progress)
      throws InterruptedException {
    rig.startSinks(1, yaml(rig), AlertRig.Use.MEASURED);
    return new StormCheck(rig, settings, progress).run();
  }

  private static String yaml(AlertRig rig) {
    return """
    receivers:
      - %s
      - %s
      - {name: quiet, log: {}}
    route:
      receiver: first
      groupBy: ['...']
      groupWait: 0s
      repeatInterval: 1d
      routes:
        - {receiver: quiet, matchers: [service=earlier]}
        - {receiver: first, continue: true}
        - {receiver: second}
    """
        .formatted(rig.receiver(RECEIVERS.get(0)), rig.receiver(RECEIVERS.get(1)));
  }

  private List<Property> run() throws InterruptedException {
    sendEarlier();
    Duration took = send();
    Map<String, Set<String>> delivered = delivered();
    List<Property> properties = new ArrayList<>();
    properties.add(messages(took));
    properties.add(nothingLost(delivered));
    properties.add(decisions());
    return properties;
  }

  /** Posts alerts before the storm, so that the processes have loaded the code that it needs. */
  private void sendEarlier() throws InterruptedException {
    for (int i = 0; i < EARLIER_ALERTS; i++) {
      int unused = rig.api().post(EARLIER, List.of(Episode.now("earlier-" + i)), true, random);
    }
  }

  /** Posts the alerts evenly over the storm; returns the time until all have got 200. */
  private Duration send() throws InterruptedException {
    long started = System.nanoTime();
    SinkApi api = rig.api();
    List<Random> randoms =
        Stream.generate(() -> new Random(random.nextLong())).limit(CLIENTS).toList();
    Clients.run(
        "storm",
        CLIENTS,
        client -> {
          for (int batch = client; batch < BATCHES; batch += CLIENTS) {
            long due = started + STORM.toNanos() * batch / BATCHES;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            int unused = api.post(STORMY, batch(batch), true, randoms.get(client));
          }
        });
    return Duration.ofNanos(System.nanoTime() - started);
  }

  private List<Episode> batch(int batch) {
    List<Episode> episodes = new ArrayList<>();
    int end = (int) ((long) alerts * (batch + 1) / BATCHES);
    for (int i = (int) ((long) alerts * batch / BATCHES); i < end; i++) {
      episodes.add(Episode.now("storm-" + i));
    }
    return episodes;
  }

  /**
   * The alerts that the outcomes report as delivered, by receiver, when these are all, or later.
   */
  private Map<String, Set<String>> delivered() throws InterruptedException {
    long end = System.nanoTime() + END.toNanos();
    while (true) {
      Map<String, String> names = new HashMap<>();
      rig.read(
          Topics.NOTIFICATIONS,
          Notification.class,
          (each, record) ->
              names.put(
                  each.getNotificationId(), each.getAlerts().get(0).getLabels().get("operation")));
      Map<String, Set<String>> delivered = new HashMap<>();
      RECEIVERS.forEach(receiver -> delivered.put(receiver, new HashSet<>()));
      rig.read(
          Topics.NOTIFICATION_LOG,
          NotificationOutcome.class,
          (outcome, record) -> {
            String name = names.get(outcome.getNotificationId());
            if (outcome.getStatus() == DeliveryStatus.DELIVERED && name != null) {
              delivered.getOrDefault(outcome.getReceiver(), new HashSet<>()).add(name);
            }
          });
      boolean whole = delivered.values().stream().allMatch(each -> each.size() == alerts);
      if (whole || System.nanoTime() > end) {
        return delivered;
      }
      progress.accept("%d notifications decided".formatted(names.size()));
      TimeUnit.SECONDS.sleep(2);
    }
  }

  private Property messages(Duration took) {
    List<String> violations = new ArrayList<>();
    List<String> counts = new ArrayList<>();
    for (String receiver : RECEIVERS) {
      List<Post> all =
          rig.inbox().posts().stream().filter(post -> post.receiver().equals(receiver)).toList();
      Instant end = all.isEmpty() ? Instant.MAX : all.get(0).at().plus(MINUTE);
      long first = all.stream().filter(post -> post.at().isBefore(end)).count();
      counts.add("%s %d".formatted(receiver, first));
      if (first > MOST_MESSAGES) {
        violations.add("%s got %d messages in the first minute".formatted(receiver, first));
      }
    }
    return Property.of(
        "messages in the first minute",
        violations,
        "%d alerts in %.1f s; %s; at most %d each",
        alerts,
        took.toMillis() / 1e3,
        String.join(", ", counts),
        MOST_MESSAGES);
  }

  /** Compares the outcomes, and the alerts that the messages show or count. */
  private Property nothingLost(Map<String, Set<String>> delivered) {
    List<String> violations = new ArrayList<>();
    List<String> counts = new ArrayList<>();
    for (String receiver : RECEIVERS) {
      int logged = delivered.getOrDefault(receiver, Set.of()).size();
      int shown =
          rig.inbox().posts().stream()
              .filter(post -> post.receiver().equals(receiver))
              .mapToInt(post -> post.alerts().size() + post.omitted())
              .sum();
      counts.add("%s %d delivered and %d in messages".formatted(receiver, logged, shown));
      if (logged != alerts || shown != alerts) {
        violations.add(
            "%s: %d of %d have the outcome delivered, its messages have %d"
                .formatted(receiver, logged, alerts, shown));
      }
    }
    return Property.of(
        "no alert of the storm is lost", violations, "%s", String.join(", ", counts));
  }

  /** The time from the input in Kafka to the decision. */
  private Property decisions() {
    Map<String, Instant> appended = new HashMap<>();
    rig.read(
        Topics.ALERT_INPUTS,
        AlertInput.class,
        (input, record) -> {
          if (input.getInput() instanceof ExternalAlert alert
              && STORMY.service().equals(alert.getLabels().get("service"))) {
            appended.putIfAbsent(
                alert.getLabels().getOrDefault("operation", ""),
                Instant.ofEpochMilli(record.timestamp()));
          }
        });
    Delays latencies = new Delays();
    rig.read(
        Topics.NOTIFICATIONS,
        Notification.class,
        (each, record) -> {
          Instant input =
              appended.get(each.getAlerts().get(0).getLabels().getOrDefault("operation", ""));
          if (input != null) {
            latencies.add(Duration.between(input, each.getDecidedAt()));
          }
        });
    return Property.that(
        "input to decision",
        latencies.count() > 0 && latencies.p99().compareTo(MOST_DECISION) < 0,
        "%s; less than %d ms is allowed for p99",
        latencies,
        MOST_DECISION.toMillis());
  }
}
