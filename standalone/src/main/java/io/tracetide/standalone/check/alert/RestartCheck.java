package io.tracetide.standalone.check.alert;

import io.tracetide.standalone.check.alert.Inbox.Sighting;
import io.tracetide.standalone.check.alert.Post.Episode;
import io.tracetide.standalone.check.alert.SinkApi.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * All instances are killed while groups wait for their first notification, at different times of
 * the group wait. Each must be notified once, not before its group wait has passed, and at the
 * latest the group wait and 10 s after the restart.
 */
final class RestartCheck {
  private static final String RECEIVER = "waiting";
  private static final Duration GROUP_WAIT = Duration.ofSeconds(10);
  private static final Duration ALLOWED = Duration.ofSeconds(10);
  private static final int GROUPS_PER_ROUND = 10;

  private RestartCheck() {}

  /**
   * Runs the check on a broker without records.
   *
   * @param rounds number of kills
   */
  static List<Property> run(
      AlertRig rig, CheckSettings settings, int rounds, Consumer<String> progress)
      throws InterruptedException {
    rig.startSinks(settings.instances(), yaml(rig), AlertRig.Use.KILLED);
    Random random = new Random(settings.seed());
    Disturbance disturbance = new Disturbance(rig, random);
    SinkApi api = rig.api();
    ExpectedAlerts truth = new ExpectedAlerts(List.of(RECEIVER));
    Map<Episode, Instant> restarts = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      disturbance.end();
      List<Episode> begun = new ArrayList<>();
      for (int group = 0; group < GROUPS_PER_ROUND; group++) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
        Episode episode = Episode.now("waiting-%d-%d".formatted(round, group));
        int unused = api.post(new Origin("t" + group, "s"), List.of(episode), true, random);
        truth.require(List.of(episode), true);
        begun.add(episode);
      }
      // The oldest group has waited 7 s at most: all still wait.
      TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
      for (SinkProcess sink : rig.sinks()) {
        disturbance.restart(sink);
      }
      Instant restartedAt = Instant.now();
      begun.forEach(episode -> restarts.put(episode, restartedAt));
      boolean unused = rig.inbox().await(truth.missing(rig.inbox()), AlertRig.PATIENCE);
      progress.accept("restart %d of %d".formatted(round + 1, rounds));
    }
    return properties(rig, truth, restarts, disturbance);
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
      AlertRig rig, ExpectedAlerts truth, Map<Episode, Instant> restarts, Disturbance disturbance) {
    List<String> wrong = new ArrayList<>();
    Delays afterWait = new Delays();
    Delays afterRestart = new Delays();
    restarts.forEach(
        (episode, restartedAt) -> {
          Optional<Instant> seen = rig.inbox().seen(new Sighting(RECEIVER, episode, true));
          if (seen.isPresent()) {
            Duration waited = Duration.between(episode.startsAt(), seen.get());
            Duration passed = Duration.between(restartedAt, seen.get());
            afterWait.add(waited.minus(GROUP_WAIT));
            afterRestart.add(passed);
            if (waited.compareTo(GROUP_WAIT) < 0) {
              wrong.add("%s was notified after %d ms".formatted(episode, waited.toMillis()));
            }
            if (passed.compareTo(GROUP_WAIT.plus(ALLOWED)) > 0) {
              wrong.add(
                  "%s was notified %d ms after the restart".formatted(episode, passed.toMillis()));
            }
          }
        });
    int requests = rig.inbox().posts().size();
    List<Property> properties = new ArrayList<>();
    properties.add(
        Property.of(
            "notified within the group wait and 10 s",
            wrong,
            "%d groups, after the restart %s; after the group wait of %d s %s; killed to ready %s",
            restarts.size(),
            afterRestart,
            GROUP_WAIT.toSeconds(),
            afterWait,
            disturbance.starts()));
    properties.add(truth.property(rig.inbox()));
    properties.add(
        Property.that(
            "notified once",
            requests == restarts.size(),
            "%d requests of %d groups",
            requests,
            restarts.size()));
    return properties;
  }
}
