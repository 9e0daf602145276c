package io.tracetide.alert.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.route.LabelMatcher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The promises of the decision over random histories, disorder and crashes. */
class AlertStatePropertyTest {
  private static final int TRIES = 1000;
  private static final Routes ROUTES =
      new Routes(
          List.of(
              new Routes.Route(
                  List.of(LabelMatcher.parse("severity=~critical|high")), List.of("pager", "log"))),
          List.of("log"));

  @Property(tries = TRIES)
  void shouldDecideTheSameWhenReplayedFromAnyCommittedPoint(
      @ForAll("schedules") List<AnomalyReport> reports,
      @ForAll("steps") List<Integer> commits,
      @ForAll("steps") List<Integer> crashes) {
    Machine undisturbed = new Machine();
    reports.forEach(undisturbed::process);

    Machine machine = new Machine();
    Machine committed = machine.copy();
    int committedOffset = 0;
    List<Integer> crashesLeft = new ArrayList<>(crashes);
    int offset = 0;
    while (offset < reports.size()) {
      machine.process(reports.get(offset));
      offset++;
      if (crashesLeft.remove((Integer) offset)) {
        machine = committed.copy();
        offset = committedOffset;
      } else if (commits.contains(offset)) {
        committed = machine.copy();
        committedOffset = offset;
      }
    }

    assertThat(machine.states).isEqualTo(undisturbed.states);
    assertThat(machine.ids()).isEqualTo(undisturbed.ids());
  }

  @Property(tries = TRIES)
  void shouldChangeNothingWhenReportsAreDeliveredAgain(
      @ForAll("schedules") List<AnomalyReport> reports) {
    Machine once = new Machine();
    reports.forEach(once::process);

    Machine again = new Machine();
    for (int i = 0; i < reports.size(); i++) {
      reports.subList(0, i + 1).forEach(again::process);
    }

    assertThat(again.states).isEqualTo(once.states);
    assertThat(again.ids()).isEqualTo(once.ids());
  }

  @Property(tries = TRIES)
  void shouldNumberNotificationsWithoutGapsAndNameEachOnce(
      @ForAll("schedules") List<AnomalyReport> reports) {
    Machine machine = new Machine();
    reports.forEach(machine::process);

    assertThat(machine.ids()).doesNotHaveDuplicates();
    machine
        .byRecipient()
        .values()
        .forEach(
            told -> {
              for (int i = 0; i < told.size(); i++) {
                assertThat(told.get(i).sequence()).isEqualTo(i + 1);
              }
            });
  }

  @Property(tries = TRIES)
  void shouldNotifyEveryRecipientOfTheFinalStatus(
      @ForAll("schedules") List<AnomalyReport> reports) {
    Machine machine = new Machine();
    reports.forEach(machine::process);

    machine
        .byRecipient()
        .forEach(
            (recipient, told) -> {
              assertThat(told.get(0).status()).isEqualTo(Status.FIRING);
              Status last = told.get(told.size() - 1).status();
              boolean fires = machine.states.get(recipient.groupKey()) instanceof AlertState.Firing;
              // A pager that was notified of the last episode's end is not notified of a less
              // severe new one.
              boolean concerned = fires && recipient.receiver().equals("log");
              assertThat(last == Status.FIRING).isIn(concerned, fires);
              for (int i = 1; i < told.size(); i++) {
                if (told.get(i).status() == Status.RESOLVED) {
                  assertThat(told.get(i - 1).status()).isEqualTo(Status.FIRING);
                }
              }
            });
  }

  @Property(tries = TRIES)
  void shouldEndWithTheNewestReportInAnyOrder(@ForAll("schedules") List<AnomalyReport> reports) {
    Machine machine = new Machine();
    reports.forEach(machine::process);

    Map<String, AnomalyReport> newest = new HashMap<>();
    for (AnomalyReport report : reports) {
      newest.merge(
          report.groupKey(), report, (a, b) -> b.isNewerThan(a.episode(), a.revision()) ? b : a);
    }
    newest.forEach(
        (group, report) ->
            assertThat(machine.states.get(group) instanceof AlertState.Firing)
                .isEqualTo(report.open()));
  }

  @Provide
  Arbitrary<List<AnomalyReport>> schedules() {
    Arbitrary<AnomalyReport> report =
        Combinators.combine(
                Arbitraries.of("a", "b"),
                Arbitraries.integers().between(0, 3),
                Arbitraries.integers().between(0, 6))
            .as(AlertStatePropertyTest::reportOfHistory);
    return report.list().ofMaxSize(200);
  }

  @Provide
  Arbitrary<List<Integer>> steps() {
    return Arbitraries.integers().between(1, 200).list().ofMaxSize(20);
  }

  /**
   * One record has one content: severity and state depend on who it is, so that a repeated record
   * is a true duplicate. About one in five is a resolve, at any revision, so episodes also reopen.
   */
  private static AnomalyReport reportOfHistory(String fingerprint, int episode, int revision) {
    int content = Math.floorMod((fingerprint + episode + "/" + revision).hashCode() * 31, 20);
    return Reports.report(
        fingerprint, episode, revision, Severity.values()[content % 4], content >= 4);
  }

  /** The decision with its store and its output, as the stream runs it. */
  private static final class Machine {
    private final Map<String, AlertState> states = new HashMap<>();
    private final List<NotificationIntent> told = new ArrayList<>();
    private long clock;

    void process(AnomalyReport report) {
      clock++;
      AlertState before = states.getOrDefault(report.groupKey(), AlertState.unseen());
      Decision decision = before.on(report, ROUTES, Instant.ofEpochSecond(clock));
      states.put(report.groupKey(), decision.state());
      told.addAll(decision.notifications());
    }

    Machine copy() {
      Machine copy = new Machine();
      copy.states.putAll(states);
      copy.told.addAll(told);
      copy.clock = clock + 1_000;
      return copy;
    }

    List<String> ids() {
      return told.stream().map(NotificationIntent::id).toList();
    }

    Map<Recipient, List<NotificationIntent>> byRecipient() {
      return told.stream().collect(Collectors.groupingBy(NotificationIntent::recipient));
    }
  }
}
