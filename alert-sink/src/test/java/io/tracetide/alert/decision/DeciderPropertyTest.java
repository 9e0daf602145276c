package io.tracetide.alert.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.decision.Simulation.Routings;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.TimeInterval;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Invariants over random schedules of reports, commands, reloads and crashes, in virtual time of up
 * to 30 days that include a change to daylight saving time.
 */
class DeciderPropertyTest {
  private static final int INPUTS = 200;
  private static final Duration QUIET = Duration.ofDays(2);
  private static final List<String> SERVICES = List.of("shop", "cart", "pay");
  private static final List<String> SEVERITIES = List.of("low", "high", "critical");

  /** Nights in Berlin, where the clock changes on 29 March 2026. */
  private static final TimeInterval NIGHT =
      time -> time.atZone(ZoneId.of("Europe/Berlin")).getHour() < 6;

  @Property(tries = 1_000)
  void shouldKeepItsInvariants(@ForAll long seed) {
    Schedule schedule = new Schedule(seed, routing(seed));
    Random crashes = new Random(seed);
    for (int i = 0; i < INPUTS; i++) {
      if (crashes.nextInt(5) == 0) {
        schedule.crash();
      }
      schedule.step();
    }
    checkOrder(schedule);
    schedule.sim.pass(QUIET);
    schedule.collect();
    checkEventualState(schedule, seed);
  }

  private static void checkOrder(Schedule schedule) {
    assertThat(schedule.violations).isEmpty();
    Map<String, Long> sequences = new HashMap<>();
    Map<String, Status> statuses = new HashMap<>();
    Set<String> ids = new HashSet<>();
    for (NotificationIntent intent : schedule.all) {
      String lane = intent.integration() + "|" + intent.group().key();
      assertThat(intent.sequence()).isGreaterThan(sequences.getOrDefault(lane, 0L));
      sequences.put(lane, intent.sequence());
      assertThat(ids.add(intent.id())).isTrue();
      Status before = statuses.put(lane, intent.status());
      if (intent.status() == Status.RESOLVED) {
        assertThat(before).as("a resolution follows a firing one").isEqualTo(Status.FIRING);
      }
    }
  }

  private static void checkEventualState(Schedule schedule, long seed) {
    Map<String, Status> statuses = new HashMap<>();
    Set<String> firing = new HashSet<>();
    Map<String, Set<String>> shown = new HashMap<>();
    for (NotificationIntent intent : schedule.all) {
      String lane = intent.integration() + "|" + intent.group().key();
      statuses.put(lane, intent.status());
      if (intent.status() == Status.RESOLVED) {
        shown.remove(lane);
      }
      for (TrackedAlert alert : intent.alerts()) {
        Set<String> of = shown.computeIfAbsent(lane, key -> new HashSet<>());
        if (alert.isFiring()) {
          of.add(alert.fingerprint());
        } else {
          of.remove(alert.fingerprint());
        }
      }
    }
    Mutes mutes = new Mutes(schedule.sim.routing, schedule.sim.state, schedule.sim.now);
    for (TrackedAlert alert : schedule.sim.state.alerts()) {
      if (alert.isFiring()) {
        firing.add(alert.fingerprint());
        // An acknowledged alert is not repeated to a receiver that was added while it was muted.
        boolean quiet = mutes.isMuted(alert) || alert.isAcknowledged();
        for (String group : quiet ? List.<String>of() : alert.groups()) {
          AlertGroup of = schedule.sim.state.group(group);
          assertThat(of).isNotNull();
          if (schedule.sim.routing.route(of.routeKey()) != null) {
            assertThat(of.history().recipients()).isNotEmpty();
            for (String recipient : of.history().recipients()) {
              assertThat(shown.get(recipient + "|" + group))
                  .as("alerts shown as firing by %s of %s, seed %d", recipient, group, seed)
                  .contains(alert.fingerprint());
            }
          }
        }
      }
    }
    shown.forEach(
        (lane, alerts) -> {
          // team/b is not notified of resolutions.
          if (statuses.get(lane) == Status.FIRING && !lane.startsWith("team/b")) {
            assertThat(firing).as("alerts shown as firing in %s", lane).containsAll(alerts);
          }
        });
  }

  @Property(tries = 200)
  void shouldDecideTheSameWithCrashes(@ForAll long seed) {
    Schedule plain = new Schedule(seed, routing(seed));
    Schedule crashing = new Schedule(seed, routing(seed));
    Random crashes = new Random(seed);
    for (int i = 0; i < INPUTS; i++) {
      plain.step();
      if (crashes.nextInt(5) == 0) {
        crashing.crash();
      }
      crashing.step();
    }

    List<String> expected = plain.texts();
    List<String> actual = crashing.texts();
    for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      assertThat(actual.get(i)).as("notification %d, seed %d", i, seed).isEqualTo(expected.get(i));
    }
    assertThat(actual).hasSameSizeAs(expected);
  }

  @Property(tries = 100)
  void shouldForgetEverythingThatIsOver(@ForAll long seed) {
    Schedule schedule = new Schedule(seed, routing(seed));
    for (int i = 0; i < INPUTS; i++) {
      schedule.step();
    }
    schedule.endAll();
    schedule.sim.pass(Duration.ofDays(20));

    assertThat(schedule.sim.state.groups()).isEmpty();
    assertThat(schedule.sim.state.alerts()).isEmpty();
    assertThat(schedule.sim.state.timers()).isEmpty();
  }

  private static Routing routing(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Routings routings = new Routings();
    if (random.nextBoolean()) {
      routings.timing(Duration.ZERO, Duration.ofMinutes(10), Duration.ofHours(3)).backoff(2);
    }
    if (random.nextBoolean()) {
      routings.escalate(Duration.ofMinutes(10), "pager").escalate(Duration.ofHours(1), "boss");
    }
    if (random.nextBoolean()) {
      routings.inhibit("severity=critical", "severity=low", "service");
    }
    if (random.nextInt(3) == 0) {
      routings.policy(Duration.ofMinutes(2), Duration.ofMinutes(3));
    }
    if (random.nextInt(3) == 0) {
      routings.mute(NIGHT);
    }
    if (random.nextBoolean()) {
      routings.child("pager", random.nextBoolean(), "severity=critical");
      routings.child("team", false, "service=shop");
    }
    return routings.build();
  }

  /** Random inputs, the same for the same seed. */
  private static final class Schedule {
    private final SplittableRandom random;
    private final Simulation sim;
    private final Map<String, Integer> revisions = new HashMap<>();
    private final Map<String, Integer> episodes = new HashMap<>();
    private final List<NotificationIntent> all = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    Schedule(long seed, Routing routing) {
      this.random = new SplittableRandom(seed);
      this.sim = new Simulation(routing);
      sim.now = Instant.parse("2026-03-15T10:00:00Z");
    }

    void step() {
      sim.pass(pause());
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> report(true);
        case 4, 5, 6 -> report(false);
        case 7, 8 -> sim.on(external());
        case 9 -> sim.on(silence());
        case 10 -> sim.on(sim.acknowledge("a" + random.nextInt(6), random.nextInt(4) == 0));
        default -> sim.on(new Input.Unacknowledge("a" + random.nextInt(6)));
      }
      collect();
    }

    private Duration pause() {
      if (random.nextInt(400) == 0) {
        return Duration.ofDays(15);
      }
      return switch (random.nextInt(16)) {
        case 0, 1, 2, 3 -> Duration.ZERO;
        case 4, 5, 6, 7, 8, 9 -> Duration.ofSeconds(random.nextInt(90));
        case 10, 11, 12, 13, 14 -> Duration.ofMinutes(random.nextInt(30));
        default -> Duration.ofHours(random.nextInt(20));
      };
    }

    private void report(boolean open) {
      String fingerprint = "a" + random.nextInt(6);
      if (open && random.nextInt(3) == 0) {
        episodes.merge(fingerprint, 1 + random.nextInt(10_000), Integer::sum);
      }
      int revision = revisions.merge(fingerprint, random.nextInt(2), Integer::sum);
      int episode = episodes.getOrDefault(fingerprint, 0);
      String[] labels = labels(fingerprint);
      sim.on(
          open
              ? Simulation.open(fingerprint, episode, revision, labels)
              : Simulation.resolved(fingerprint, episode, revision, labels));
    }

    private Input external() {
      String fingerprint = "x" + random.nextInt(3);
      return sim.external(
          fingerprint,
          Duration.ofMinutes(random.nextInt(4) == 0 ? 0 : 5),
          "service=" + SERVICES.get(random.nextInt(3)),
          "severity=high");
    }

    private Input silence() {
      Instant from = sim.now.plusSeconds(random.nextInt(600));
      return Simulation.silence(
          "s" + random.nextInt(3),
          from,
          from.plus(Duration.ofMinutes(1 + random.nextInt(600))),
          random.nextBoolean()
              ? "service=" + SERVICES.get(random.nextInt(3))
              : "severity=~\"low|high\"");
    }

    private String[] labels(String fingerprint) {
      int index = fingerprint.charAt(1) - '0';
      return new String[] {
        "service=" + SERVICES.get(index % 3), "severity=" + SEVERITIES.get(random.nextInt(3))
      };
    }

    /** Takes the notifications, and checks each at the time of its decision. */
    void collect() {
      for (NotificationIntent intent : sim.notified) {
        for (TrackedAlert alert : intent.alerts()) {
          for (AlertSilence silence : sim.state.silences()) {
            boolean sure = !silence.updatedAt().isAfter(intent.decidedAt());
            if (alert.isFiring()
                && sure
                && intent.decidedAt().isBefore(sim.now)
                && silence.startsAt().isBefore(intent.decidedAt())
                && silence.state(intent.decidedAt()) == AlertSilence.State.ACTIVE
                && silence.matches(alert.labels())) {
              violations.add(Simulation.text(intent) + " although silenced by " + silence.id());
            }
          }
        }
        if (intent.status() == Status.FIRING
            && intent.alerts().stream().noneMatch(TrackedAlert::isFiring)) {
          violations.add(Simulation.text(intent) + " has no firing alert");
        }
      }
      all.addAll(sim.notified);
      sim.notified.clear();
    }

    void crash() {
      sim.restart();
    }

    void endAll() {
      for (int i = 0; i < 6; i++) {
        String fingerprint = "a" + i;
        int episode = episodes.merge(fingerprint, 20_000, Integer::sum);
        sim.on(
            Simulation.resolved(fingerprint, episode, 1_000_000, "service=" + SERVICES.get(i % 3)));
      }
    }

    List<String> texts() {
      return all.stream()
          .map(intent -> intent.decidedAt() + " " + intent.id() + " " + Simulation.text(intent))
          .toList();
    }
  }
}
