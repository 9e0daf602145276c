package io.tracetide.standalone.demo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The schedule of incidents: one of each kind soon after the begin, and one of each kind every few
 * minutes. The same seed and begin give the same incidents.
 */
final class IncidentPlan {
  /**
   * A planned incident.
   *
   * @param from start of the workflow
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

  /**
   * The incidents that begin up to this time and were not returned yet; none before the begin of
   * the plan.
   */
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
