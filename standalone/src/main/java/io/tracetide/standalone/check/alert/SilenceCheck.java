package io.tracetide.standalone.check.alert;

import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.check.alert.Post.Episode;
import io.tracetide.standalone.check.alert.SinkApi.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An instance is killed right after it has answered a silence with 200; then an alert that the
 * silence selects is posted, and one that it does not select. Also, an alert is posted before its
 * silence, whose answer comes before the end of the group wait. No receiver may be notified of the
 * silenced alerts; the other ones show that the sink has decided on them.
 */
final class SilenceCheck {
  private static final String RECEIVER = "silenced";
  private static final String TENANT = "t";
  private static final String SILENCES = "/api/v2/silences";
  private static final Duration GROUP_WAIT = Duration.ofSeconds(6);
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final AlertRig rig;
  private final CheckSettings settings;
  private final Random random;
  private final Consumer<String> progress;
  private final SinkApi api;
  private final ExpectedAlerts others = new ExpectedAlerts(List.of(RECEIVER));
  private final List<Episode> silenced = new ArrayList<>();
  private final Disturbance disturbance;
  private int waiting;

  private SilenceCheck(AlertRig rig, CheckSettings settings, Consumer<String> progress) {
    this.rig = rig;
    this.settings = settings;
    this.random = new Random(settings.seed());
    this.progress = progress;
    this.disturbance = new Disturbance(rig, random);
    this.api = rig.api();
  }

  /** Runs the check on a broker without records. */
  static List<Property> run(AlertRig rig, CheckSettings settings, Consumer<String> progress)
      throws InterruptedException {
    rig.startSinks(settings.instances(), yaml(rig), AlertRig.Use.KILLED);
    return new SilenceCheck(rig, settings, progress).run();
  }

  private static String yaml(AlertRig rig) {
    return """
    receivers:
      - %s
    delivery: {rate: {burst: 100000, refill: 1ms, combined: 10000}}
    route:
      receiver: silenced
      groupBy: ['...']
      groupWait: 0s
      groupInterval: 1s
      repeatInterval: 1d
      routes:
        - {matchers: ['operation=~"waiting-.*"'], groupWait: %ds}
    """
        .formatted(rig.receiver(RECEIVER), GROUP_WAIT.toSeconds());
  }

  private List<Property> run() throws InterruptedException {
    for (int i = 0; i < settings.kills(); i++) {
      round(i);
      progress.accept("silence %d of %d".formatted(i + 1, settings.kills()));
    }
    disturbance.end();
    // The sink has decided on all others when it notifies of this one, which is due last.
    Episode last = episode("waiting-last");
    int attempts = api.post(new Origin(TENANT, "s"), List.of(last), true, random);
    others.require(List.of(last), true);
    boolean received = rig.inbox().await(others.missing(rig.inbox()), AlertRig.PATIENCE);
    int active = active();
    List<String> leaks = leaks();
    progress.accept("the last alert: %d attempts, %b".formatted(attempts, received));
    return List.of(
        Property.of(
            "a silence is durable at its 200",
            leaks,
            "%d kills after the 200 of a silence, %d silenced alerts (%d posted before the"
                + " silence), %d notified; killed to ready %s",
            settings.kills(),
            silenced.size(),
            waiting,
            leaks.size(),
            disturbance.starts()),
        others.property(rig.inbox()),
        Property.that(
            "silences are listed",
            active == settings.kills() + waiting,
            "%d of %d are active",
            active,
            settings.kills() + waiting));
  }

  /** The silenced alerts that are in a notification. */
  private List<String> leaks() {
    List<String> leaks = new ArrayList<>();
    rig.read(
        Topics.NOTIFICATIONS,
        Notification.class,
        (notification, record) -> {
          for (Alert alert : notification.getAlerts()) {
            String name = alert.getLabels().getOrDefault("operation", "");
            if (silenced.stream().anyMatch(episode -> episode.name().equals(name))) {
              leaks.add(name + " notified at " + notification.getDecidedAt());
            }
          }
        });
    return leaks;
  }

  private void round(int number) throws InterruptedException {
    List<SinkProcess> sinks = rig.sinks();
    SinkProcess killed = sinks.get(random.nextInt(sinks.size()));
    disturbance.awaitReady(killed);
    if (random.nextBoolean()) {
      waiting(number);
    }
    Episode episode = episode("silenced-" + number);
    String silence = SinkApi.silence(TENANT, episode.name());
    while (!api.post(killed, SILENCES, silence)) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    disturbance.restart(killed);
    silenced.add(episode);
    Episode other = episode("other-" + number);
    int unused = api.post(new Origin(TENANT, "s"), List.of(episode, other), true, random);
    others.require(List.of(other), true);
  }

  /** Posts an alert that waits for its group, and silences it. */
  private void waiting(int number) throws InterruptedException {
    Episode episode = episode("waiting-" + number);
    Instant before = Instant.now();
    int unused = api.post(new Origin(TENANT, "s"), List.of(episode), true, random);
    String silence = SinkApi.silence(TENANT, episode.name());
    while (!api.post(rig.sinks().get(0), SILENCES, silence)) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    waiting++;
    if (Instant.now().isBefore(before.plus(GROUP_WAIT).minus(MARGIN))) {
      silenced.add(episode);
    }
  }

  private static Episode episode(String name) {
    return Episode.now(name);
  }

  /** Number of active silences that an instance lists. */
  private int active() throws InterruptedException {
    return api.get(rig.sinks().get(0), SILENCES + "?expired=false&pending=false")
        .map(list -> list.size())
        .orElse(-1);
  }
}
