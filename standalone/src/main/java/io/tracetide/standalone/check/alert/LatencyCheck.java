package io.tracetide.standalone.check.alert;

import io.tracetide.schemas.Notification;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.check.alert.Inbox.Sighting;
import io.tracetide.standalone.check.alert.Post.Episode;
import io.tracetide.standalone.check.alert.SinkApi.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The time from an anomaly in Kafka to the request at the webhook, without a group wait and with
 * commits of one second: of one receiver alone, and of the same one while another, which is
 * notified of the same alerts, answers after 30 s.
 */
final class LatencyCheck {
  private static final String FAST = "fast";
  private static final String BOTH = "both";
  private static final int ANOMALIES = 300;
  private static final int MOST_PAUSE_MILLIS = 200;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration ALLOWED = Duration.ofMillis(2_500);
  private static final Duration ALLOWED_AFTER_DECISION = Duration.ofSeconds(2);

  private final AlertRig rig;
  private final Random random;
  private final Consumer<String> progress;
  private final AnomalyFeed feed;

  private LatencyCheck(AlertRig rig, CheckSettings settings, Consumer<String> progress) {
    this.rig = rig;
    this.random = new Random(settings.seed());
    this.progress = progress;
    this.feed = rig.anomalies();
  }

  /** Runs the check on a broker without records. */
  static List<Property> run(AlertRig rig, CheckSettings settings, Consumer<String> progress)
      throws InterruptedException {
    rig.startSinks(1, yaml(rig), AlertRig.Use.MEASURED);
    return new LatencyCheck(rig, settings, progress).run();
  }

  private static String yaml(AlertRig rig) {
    return """
    receivers:
      - %s
      - %s
    delivery: {rate: {burst: 100000, refill: 1ms, combined: 10000}}
    route:
      receiver: fast
      groupBy: ['...']
      groupWait: 0s
      groupInterval: 1s
      repeatInterval: 1d
      routes:
        - {receiver: hangs, matchers: ['service="both"'], continue: true}
        - {receiver: fast}
    """
        .formatted(rig.receiver(FAST), rig.receiver(Inbox.HANGS));
  }

  private List<Property> run() throws InterruptedException {
    ExpectedAlerts warmUp = new ExpectedAlerts(List.of(FAST));
    send(warmUp, "warm-up", 20);
    TimeUnit.MILLISECONDS.sleep(WARM_UP.toMillis());
    ExpectedAlerts alone = new ExpectedAlerts(List.of(FAST));
    send(alone, "alone", ANOMALIES);
    ExpectedAlerts beside = new ExpectedAlerts(List.of(FAST));
    send(beside, BOTH, ANOMALIES);
    boolean unused = rig.inbox().await(beside.missing(rig.inbox()), AlertRig.PATIENCE);
    Delays first = alone.latencies(rig.inbox());
    Delays second = beside.latencies(rig.inbox());
    Map<String, Delays> decided = afterDecision();
    Delays delivery = decided.getOrDefault(BOTH, new Delays());
    return List.of(
        Property.that(
            "anomaly to request",
            first.count() == ANOMALIES && first.p99().compareTo(ALLOWED) <= 0,
            "%s; at most %d ms is allowed for p99",
            first,
            ALLOWED.toMillis()),
        Property.that(
            "anomaly to request while another receiver hangs",
            second.count() == ANOMALIES && second.p99().compareTo(ALLOWED) <= 0,
            "%s",
            second),
        Property.that(
            "decision to request while another receiver hangs",
            delivery.count() == ANOMALIES && delivery.p99().compareTo(ALLOWED_AFTER_DECISION) < 0,
            "%s; alone %s; less than %d ms is allowed for p99",
            delivery,
            decided.getOrDefault("alone", new Delays()),
            ALLOWED_AFTER_DECISION.toMillis()));
  }

  private void send(ExpectedAlerts truth, String service, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      // Not in step with the commits.
      TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_PAUSE_MILLIS));
      Episode episode = Episode.now(service + "-" + i);
      truth.require(List.of(episode), true);
      feed.send(new Origin("t", service), episode, true, 1);
    }
    progress.accept("sent " + count + " anomalies of " + service);
  }

  /** Times from the decision to the request, by service. */
  private Map<String, Delays> afterDecision() {
    Map<String, Delays> found = new HashMap<>();
    List<Notification> notifications = new ArrayList<>();
    rig.read(Topics.NOTIFICATIONS, Notification.class, (each, record) -> notifications.add(each));
    for (Notification notification : notifications) {
      for (var alert : notification.getAlerts()) {
        Episode episode =
            new Episode(alert.getLabels().getOrDefault("operation", ""), alert.getStartsAt());
        rig.inbox()
            .seen(new Sighting(notification.getReceiver(), episode, true))
            .ifPresent(
                at ->
                    found
                        .computeIfAbsent(
                            alert.getLabels().getOrDefault("service", ""), service -> new Delays())
                        .add(Duration.between(notification.getDecidedAt(), at)));
      }
    }
    return found;
  }
}
