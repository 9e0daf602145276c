package io.tracetide.standalone.demo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which workflows go wrong, and when: one of each kind soon after the beginning, and one of each
 * kind again every few minutes. The same seed and beginning give the same incidents.
 */
final class IncidentPlan {
  /**
   * An incident that begins.
   *
   * @param from when the workflow starts
   */
  record Planned(Instant from, Incident incident) {}

  private final DemoSchedule schedule;
  private final List<Incident> kinds;
  private final SplittableRandom random;
  private final List<Planned> round = new ArrayList<>();
  private @Nullable Instant nextRound;

  IncidentPlan(long seed, DemoSchedule schedule) {
    this.random = new SplittableRandom(seed);
    this.schedule = schedule;
    this.kinds =
        List.of(
            new Incident(Incident.Kind.SILENT, schedule.silent()),
            new Incident(Incident.Kind.WAITS, schedule.waits()),
            new Incident(Incident.Kind.UNAPPROVED, schedule.approval()));
  }

  void begin(Instant beginning) {
    nextRound = beginning.plus(schedule.first());
  }

  /** Those that begin by then and were not handed out yet; none before the plan begins. */
  List<Planned> dueBy(Instant time) {
    while (nextRound != null && !nextRound.isAfter(time)) {
      Instant at = nextRound;
      for (Incident incident : kinds) {
        round.add(new Planned(at, incident));
        at = at.plus(schedule.apart());
      }
      long tenth = schedule.round().dividedBy(10).toMillis();
      nextRound = nextRound.plus(schedule.round()).plusMillis(random.nextLong(tenth + 1));
    }
    List<Planned> due = round.stream().filter(each -> !each.from().isAfter(time)).toList();
    round.removeAll(due);
    return due;
  }
}
