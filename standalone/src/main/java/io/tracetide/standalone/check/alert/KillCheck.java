package io.tracetide.standalone.check.alert;

import io.tracetide.schemas.Notification;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Instances of the sink are killed (SIGKILL) at random times under load, some of them during their
 * start; one of two is frozen (SIGSTOP) for a time in between, so that the other takes over. Two
 * receivers are notified of every alert: one of the alerts of a service together after a second,
 * the other of each alert by itself and at once. While an instance is frozen, a {@link StaleClient}
 * sends requests to it.
 */
final class KillCheck {
  private static final String TOGETHER = "together";
  private static final String SINGLE = "single";
  private static final int TENANTS = 6;
  private static final int LOADS_PER_TENANT = 2;

  /** More than a load waits for a state that is lost. */
  private static final Duration END = Duration.ofMinutes(4);

  private static final Duration SETTLED = Duration.ofMinutes(1);

  private final AlertRig rig;
  private final CheckSettings settings;
  private final Random random;
  private final Consumer<String> progress;
  private final ExpectedAlerts truth = new ExpectedAlerts(List.of(TOGETHER, SINGLE));
  private final Disturbance disturbance;
  private final List<Thread> clients = new ArrayList<>();

  private KillCheck(AlertRig rig, CheckSettings settings, Consumer<String> progress) {
    this.rig = rig;
    this.settings = settings;
    this.random = new Random(settings.seed());
    this.progress = progress;
    this.disturbance = new Disturbance(rig, random);
  }

  /** Runs the check on a broker without records. */
  static List<Property> run(AlertRig rig, CheckSettings settings, Consumer<String> progress)
      throws InterruptedException {
    return new KillCheck(rig, settings, progress).run();
  }

  private List<Property> run() throws InterruptedException {
    rig.startSinks(settings.instances(), yaml(), AlertRig.Use.KILLED);
    CountDownLatch stopping = new CountDownLatch(1);
    List<Thread> loads = loads(stopping);
    loads.forEach(Thread::start);
    long started = System.nanoTime();
    Duration took;
    try {
      disturb();
    } finally {
      took = Duration.ofNanos(System.nanoTime() - started);
      stopping.countDown();
    }
    progress.accept("waiting for the end of the load");
    loads.addAll(clients);
    for (Thread load : loads) {
      load.join(END.toMillis());
    }
    Set<String> decided = settled();
    return properties(decided, took);
  }

  private String yaml() {
    return """
    receivers:
      - %s
      - %s
    delivery: {rate: {burst: 100000, refill: 1ms, combined: 10000}}
    route:
      receiver: together
      repeatInterval: 1d
      routes:
        - {groupBy: [tenant, service], groupWait: 1s, groupInterval: 1s, continue: true}
        - {receiver: single, groupBy: ['...'], groupWait: 0s, groupInterval: 1s}
    """
        .formatted(rig.receiver(TOGETHER), rig.receiver(SINGLE));
  }

  private List<Thread> loads(CountDownLatch stopping) {
    AnomalyFeed anomalies = rig.anomalies();
    List<Thread> loads = new ArrayList<>();
    for (int i = 0; i < TENANTS * LOADS_PER_TENANT; i++) {
      Thread thread =
          new Thread(
              new GroupLoad(
                  new SinkApi.Origin("t" + i % TENANTS, "load" + i),
                  new Random(random.nextLong()),
                  rig.api(),
                  anomalies,
                  rig.inbox(),
                  truth,
                  stopping),
              "load-" + i);
      thread.setDaemon(true);
      loads.add(thread);
    }
    return loads;
  }

  private void disturb() throws InterruptedException {
    boolean freezes = settings.instances() > 1 && !settings.freeze().isZero();
    for (int kill = 0; kill < settings.kills(); kill++) {
      if (freezes && kill == settings.kills() / 2) {
        Thread client =
            new Thread(new StaleClient(rig, disturbance.freeze(settings.freeze()), truth), "stale");
        client.setDaemon(true);
        client.start();
        clients.add(client);
      }
      disturbance.kill();
      progress.accept(
          "kill %d of %d, %d requests received"
              .formatted(kill + 1, settings.kills(), rig.inbox().posts().size()));
    }
    disturbance.end();
  }

  /** The ids of the notifications that were decided, when all were received or time has passed. */
  private Set<String> settled() throws InterruptedException {
    long end = System.nanoTime() + SETTLED.toNanos();
    while (true) {
      Set<String> decided = new HashSet<>();
      rig.read(
          Topics.NOTIFICATIONS,
          Notification.class,
          (notification, record) -> decided.add(notification.getNotificationId()));
      boolean whole =
          truth.missing(rig.inbox()).isEmpty()
              && DeliveryAudit.of(rig.inbox().posts()).keys().containsAll(decided);
      if (whole || System.nanoTime() > end) {
        return decided;
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  private List<Property> properties(Set<String> decided, Duration took) {
    List<Post> posts = rig.inbox().posts();
    DeliveryAudit audit = DeliveryAudit.of(posts);
    audit.requireTogether(TOGETHER, posts, truth.together());
    List<Property> properties = new ArrayList<>();
    properties.add(
        Property.of(
            "instances",
            disturbance.troubles(),
            "%d kills of %d instances in %d s, %d times frozen, seed %d; killed to ready %s",
            settings.kills(),
            settings.instances(),
            took.toSeconds(),
            disturbance.freezes(),
            settings.seed(),
            disturbance.starts()));
    properties.add(truth.property(rig.inbox()));
    properties.add(delivered(decided, audit.keys()));
    properties.addAll(audit.properties(settings.kills() + disturbance.freezes()));
    int letters = rig.read(Topics.NOTIFICATIONS_DEAD_LETTER).size();
    properties.add(Property.that("no dead letters", letters == 0, "%d dead letters", letters));
    return properties;
  }

  /** Compares the notifications that were decided with those that were received. */
  private static Property delivered(Set<String> decided, Set<String> received) {
    Set<String> missing = new HashSet<>(decided);
    missing.removeAll(received);
    Set<String> unknown = new HashSet<>(received);
    unknown.removeAll(decided);
    List<String> violations = new ArrayList<>();
    missing.forEach(id -> violations.add("decided and not received: " + id));
    unknown.forEach(id -> violations.add("received and not decided: " + id));
    return Property.of(
        "decided is received",
        violations,
        "%d notifications in the topic, %d not received, %d received that are not in it",
        decided.size(),
        missing.size(),
        unknown.size());
  }
}
