package io.tracetide.standalone.check.alert;

import io.tracetide.standalone.check.alert.Inbox.Sighting;
import io.tracetide.standalone.check.alert.Post.Episode;
import io.tracetide.standalone.check.alert.SinkApi.Origin;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The instance that decides is killed while groups wait for their first notification, at different
 * times of the group wait. Each must be notified once, at the latest 10 s after the group wait.
 */
final class RestartCheck {
  private static final String RECEIVER = "waiting";
  private static final Duration GROUP_WAIT = Duration.ofSeconds(10);
  private static final Duration ALLOWED = Duration.ofSeconds(10);
  private static final int GROUPS_PER_ROUND = 10;
  private static final String HEAP = "192m";

  private RestartCheck() {}

  /**
   * Runs the check on a broker without records.
   *
   * @param rounds number of kills
   */
  static List<Property> run(
      AlertRig rig, CheckSettings settings, int rounds, Consumer<String> progress)
      throws InterruptedException {
    rig.startSinks(settings.instances(), yaml(rig), HEAP);
    Random random = new Random(settings.seed());
    Disturbance disturbance = new Disturbance(rig, random);
    SinkApi api = rig.api();
    ExpectedAlerts truth = new ExpectedAlerts(List.of(RECEIVER));
    List<Episode> all = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      disturbance.end();
      List<Sighting> required = new ArrayList<>();
      for (int group = 0; group < GROUPS_PER_ROUND; group++) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
        Episode episode =
            new Episode(
                "waiting-%d-%d".formatted(round, group),
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
        int unused = api.post(new Origin("t" + group, "s"), List.of(episode), true, random);
        required.addAll(truth.require(List.of(episode), true));
        all.add(episode);
      }
      // The oldest group has waited 7 s at most: all still wait.
      TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
      for (SinkProcess sink : rig.sinks()) {
        disturbance.restart(sink);
      }
      boolean unused = rig.inbox().await(required, AlertRig.PATIENCE);
      progress.accept("restart %d of %d".formatted(round + 1, rounds));
    }
    return properties(rig, truth, all, disturbance);
  }

  private static String yaml(AlertRig rig) {
    return """
    receivers:
      - %s
    delivery: {rate: {burst: 100000, refill: 1ms, combined: 10000}}
    route:
      receiver: waiting
      groupBy: ['...']
      groupWait: %ds
      repeatInterval: 1d
    """
        .formatted(rig.receiver(RECEIVER), GROUP_WAIT.toSeconds());
  }

  private static List<Property> properties(
      AlertRig rig, ExpectedAlerts truth, List<Episode> all, Disturbance disturbance) {
    List<String> late = new ArrayList<>();
    Delays afterWait = new Delays();
    for (Episode episode : all) {
      Optional<Instant> seen = rig.inbox().seen(new Sighting(RECEIVER, episode, true));
      if (seen.isPresent()) {
        Duration delay = Duration.between(episode.startsAt().plus(GROUP_WAIT), seen.get());
        afterWait.add(delay);
        if (delay.compareTo(ALLOWED) > 0) {
          late.add(
              "%s was notified %d ms after the group wait".formatted(episode, delay.toMillis()));
        } else if (delay.isNegative()) {
          late.add("%s was notified %d ms too early".formatted(episode, -delay.toMillis()));
        }
      }
    }
    int requests = rig.inbox().posts().size();
    List<Property> properties = new ArrayList<>();
    properties.add(
        Property.of(
            "notified within the group wait and 10 s",
            late,
            "%d groups, after the group wait of %d s: %s; killed to ready %s",
            all.size(),
            GROUP_WAIT.toSeconds(),
            afterWait,
            disturbance.starts()));
    properties.add(truth.property(rig.inbox()));
    properties.add(
        Property.that(
            "notified once",
            requests == all.size(),
            "%d requests of %d groups",
            requests,
            all.size()));
    return properties;
  }
}
