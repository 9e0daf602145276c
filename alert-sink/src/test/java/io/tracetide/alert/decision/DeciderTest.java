package io.tracetide.alert.decision;

import static io.tracetide.alert.decision.Simulation.START;
import static io.tracetide.alert.decision.Simulation.open;
import static io.tracetide.alert.decision.Simulation.resolved;
import static io.tracetide.alert.decision.Simulation.silence;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.decision.Simulation.Routings;
import io.tracetide.alert.route.GroupBy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeciderTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration INTERVAL = Duration.ofMinutes(5);

  @Test
  void shouldNotifyOfAllAlertsOfAGroupAfterTheGroupWait() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0, "service=shop", "severity=high"));
    sim.pass(Duration.ofSeconds(10)).on(open("b", 10, 0, "service=shop", "severity=critical"));
    sim.on(open("c", 10, 0, "service=cart"));

    assertThat(sim.pass(Duration.ofSeconds(19)).read()).isEmpty();
    assertThat(sim.pass(SECOND).read()).containsExactly("ops FIRING FIRST_NOTIFICATION b,a");
    assertThat(sim.pass(Duration.ofSeconds(10)).read())
        .containsExactly("ops FIRING FIRST_NOTIFICATION c");
  }

  @Test
  void shouldNotDelayAnAlertThatHasFiredForTheGroupWait() {
    Simulation sim = new Routings().simulate();
    sim.now = START.plusSeconds(60);
    sim.on(open("a", 0, 0));

    assertThat(sim.pass(SECOND).read()).containsExactly("ops FIRING FIRST_NOTIFICATION a");
  }

  @Test
  void shouldNotSplitAGroupWhoseAlertsArriveAfterTheGroupWait() {
    Simulation sim = new Routings().simulate();
    sim.now = START.plusSeconds(600);
    sim.on(open("a", 0, 0));
    sim.on(open("b", 1, 0));
    sim.pass(Duration.ofMillis(900)).on(open("c", 2, 0));

    assertThat(sim.pass(Duration.ofMillis(100)).read())
        .containsExactly("ops FIRING FIRST_NOTIFICATION a,b,c");
  }

  @Test
  void shouldNotSplitAGroupWhenThereWasAnOutageInItsGroupWait() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    sim.now = START.plusSeconds(600);
    sim.on(open("b", 1, 0));
    sim.on(open("c", 2, 0));

    assertThat(sim.pass(SECOND).read()).containsExactly("ops FIRING FIRST_NOTIFICATION a,b,c");
  }

  @Test
  void shouldNotifyAtOnceWithoutAGroupWait() {
    Simulation sim = new Routings().timing(Duration.ZERO, INTERVAL, Duration.ofHours(4)).simulate();
    sim.on(open("a", 0, 0));

    assertThat(sim.read()).containsExactly("ops FIRING FIRST_NOTIFICATION a");
  }

  @Test
  void shouldNotNotifyOfAnAlertThatEndsWhileItsGroupWaits() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    sim.pass(SECOND).on(resolved("a", 0, 1));

    assertThat(sim.pass(Duration.ofDays(2)).read()).isEmpty();
    assertThat(sim.state.size()).isZero();
    assertThat(sim.state.timers()).isEmpty();
  }

  @Test
  void shouldNotifyOfNewAlertsAndOfResolutionsAfterTheGroupInterval() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    sim.on(open("b", 0, 0));
    sim.pass(WAIT).read();
    sim.pass(SECOND).on(open("c", 31, 0));

    assertThat(sim.pass(INTERVAL.minusSeconds(2)).read()).isEmpty();
    assertThat(sim.pass(SECOND).read()).containsExactly("ops FIRING NEW_ALERTS_ADDED a,b,c");
    sim.on(resolved("b", 0, 1));
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING SOME_ALERTS_RESOLVED a,c,!b");
    sim.on(resolved("a", 0, 1));
    sim.on(resolved("c", 31, 1));
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops RESOLVED ALL_ALERTS_RESOLVED !a,!c");
    assertThat(sim.pass(Duration.ofDays(2)).read()).isEmpty();
    assertThat(sim.state.size()).isZero();
    assertThat(sim.state.timers()).isEmpty();
  }

  @Test
  void shouldRepeatAfterTheRepeatIntervalWithBackOff() {
    Simulation sim = new Routings().backoff(2).simulate();
    sim.on(open("a", 0, 0));
    sim.pass(WAIT).read();

    assertThat(sim.pass(Duration.ofHours(4).minusSeconds(1)).read()).isEmpty();
    assertThat(sim.pass(SECOND).read()).containsExactly("ops FIRING REPEAT_INTERVAL_ELAPSED a");
    assertThat(sim.pass(Duration.ofHours(8).minusSeconds(1)).read()).isEmpty();
    assertThat(sim.pass(SECOND).read()).hasSize(1);
    assertThat(sim.pass(Duration.ofHours(12)).read()).hasSize(1);
    assertThat(sim.pass(Duration.ofHours(12)).read()).hasSize(1);
  }

  @Test
  void shouldNotifyAgainWhenAnAlertBecomesMoreSevereOrBeginsAgain() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0, "severity=low"));
    sim.pass(WAIT).read();
    sim.on(open("a", 0, 1, "severity=low"));
    assertThat(sim.pass(INTERVAL).read()).isEmpty();
    sim.on(open("a", 0, 2, "severity=critical"));
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING NEW_ALERTS_ADDED a");
    sim.on(open("a", 0, 3, "severity=low"));
    sim.on(open("a", 0, 4, "severity=high"));
    assertThat(sim.pass(INTERVAL).read()).isEmpty();
    sim.on(open("a", 900, 0, "severity=low"));
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING NEW_ALERTS_ADDED a");
  }

  @Test
  void shouldIgnoreReportsThatAreNotNewer() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    sim.pass(WAIT).read();
    sim.on(resolved("a", 0, 2));
    sim.pass(INTERVAL).read();
    sim.on(open("a", 0, 1));
    sim.on(resolved("a", 0, 2));

    assertThat(sim.pass(INTERVAL).read()).isEmpty();
  }

  @Test
  void shouldHandleEveryRouteThatMatches() {
    Simulation sim =
        new Routings()
            .child("pager", true, "severity=critical")
            .child("team", false, "service=shop")
            .child("boss", false, "service=~.*")
            .simulate();
    sim.on(open("a", 0, 0, "service=shop", "severity=critical"));

    assertThat(sim.pass(WAIT).read())
        .containsExactlyInAnyOrder(
            "pager FIRING FIRST_NOTIFICATION a",
            "team/a FIRING FIRST_NOTIFICATION a",
            "team/b FIRING FIRST_NOTIFICATION a");
    sim.on(resolved("a", 0, 1));
    assertThat(sim.pass(INTERVAL).read())
        .containsExactlyInAnyOrder(
            "pager RESOLVED ALL_ALERTS_RESOLVED !a", "team/a RESOLVED ALL_ALERTS_RESOLVED !a");
  }

  @Test
  void shouldNotNotifyOfSilencedAlertsUntilTheSilenceEnds() {
    Simulation sim = new Routings().simulate();
    sim.on(silence("s", START, START.plus(Duration.ofMinutes(20)), "service=shop"));
    sim.on(open("a", 0, 0, "service=shop"));
    sim.on(open("b", 0, 0, "service=shop"));
    sim.on(open("c", 0, 0, "service=cart"));
    assertThat(sim.pass(Duration.ofMinutes(19)).read())
        .containsExactly("ops FIRING FIRST_NOTIFICATION c");
    sim.on(resolved("b", 0, 1));

    assertThat(sim.pass(Duration.ofMinutes(6)).read())
        .containsExactly("ops FIRING FIRST_NOTIFICATION a");
  }

  @Test
  void shouldNotifyOfTheResolutionOfAnAlertThatWasSilencedLater() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    sim.pass(WAIT).read();
    sim.on(silence("s", sim.now, sim.now.plus(Duration.ofDays(1)), "alertname=Latency"));
    sim.on(resolved("a", 0, 1));

    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops RESOLVED ALL_ALERTS_RESOLVED !a");
  }

  @Test
  void shouldNotifyAgainOfAMutedAlertAfterItsGroupWasReportedAsResolved() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    sim.on(open("b", 0, 0, "severity=low"));
    sim.pass(WAIT).read();
    sim.on(silence("s", sim.now, sim.now.plus(Duration.ofMinutes(12)), "severity=low"));
    sim.on(resolved("a", 0, 1));

    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops RESOLVED ALL_ALERTS_RESOLVED !a");
    assertThat(sim.pass(INTERVAL).read()).isEmpty();
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING FIRST_NOTIFICATION b");
  }

  @Test
  void shouldForgetASilenceFiveDaysAfterItsEnd() {
    Simulation sim = new Routings().simulate();
    sim.on(silence("s", START, START.plusSeconds(60), "a=b"));
    sim.on(silence("s", START, START.plusSeconds(120), "a=b"));

    sim.pass(Duration.ofHours(120).plusSeconds(119));
    assertThat(sim.state.silences()).hasSize(1);
    sim.pass(SECOND);
    assertThat(sim.state.silences()).isEmpty();
    assertThat(sim.state.timers()).isEmpty();
  }

  @Test
  void shouldNotNotifyOfInhibitedAlertsAlsoAfterARestart() {
    Simulation sim =
        new Routings().inhibit("severity=critical", "severity=low", "service").simulate();
    sim.on(open("source", 0, 0, "service=shop", "severity=critical"));
    sim.on(open("target", 0, 0, "service=shop", "severity=low"));
    sim.on(open("other", 0, 0, "service=cart", "severity=low"));
    sim.restart();
    assertThat(sim.pass(WAIT).read())
        .containsExactlyInAnyOrder(
            "ops FIRING FIRST_NOTIFICATION source", "ops FIRING FIRST_NOTIFICATION other");
    sim.on(resolved("source", 0, 1, "service=shop", "severity=critical"));
    assertThat(sim.pass(INTERVAL).read())
        .containsExactly("ops FIRING NEW_ALERTS_ADDED target,!source");
  }

  @Test
  void shouldNotLetLaterAlertsOfACycleInhibitEarlierOnes() {
    Simulation sim =
        new Routings()
            .groupBy(GroupBy.ALL)
            .inhibit("kind=x", "kind=y")
            .inhibit("kind=y", "kind=z")
            .inhibit("kind=z", "kind=x")
            .simulate();
    sim.on(open("x", 2, 0, "kind=x"));
    sim.on(open("y", 1, 0, "kind=y"));
    sim.on(open("z", 3, 0, "kind=z"));

    assertThat(sim.pass(Duration.ofMinutes(1)).read())
        .containsExactlyInAnyOrder(
            "ops FIRING FIRST_NOTIFICATION x", "ops FIRING FIRST_NOTIFICATION y");
  }

  @Test
  void shouldNotLetAnAlertInhibitAnotherThatIsSourceAndTargetAsWell() {
    Simulation sim = new Routings().groupBy(GroupBy.ALL).inhibit("kind=x", "kind=x").simulate();
    sim.on(open("a", 0, 0, "kind=x", "n=1"));
    sim.on(open("b", 0, 0, "kind=x", "n=2"));

    assertThat(sim.pass(WAIT).read()).hasSize(2);
  }

  @Test
  void shouldEscalateUntilAcknowledged() {
    Simulation sim =
        new Routings()
            .escalate(Duration.ofMinutes(2), "pager")
            .escalate(Duration.ofMinutes(20), "boss")
            .simulate();
    sim.on(open("a", 0, 0));
    assertThat(sim.pass(WAIT).read()).containsExactly("ops FIRING FIRST_NOTIFICATION a");
    assertThat(sim.pass(Duration.ofMinutes(2)).read()).containsExactly("pager FIRING ESCALATED a");
    sim.on(sim.acknowledge("a", false));
    assertThat(sim.read())
        .containsExactly("ops FIRING ACKNOWLEDGED a", "pager FIRING ACKNOWLEDGED a");
    assertThat(sim.pass(Duration.ofHours(9)).read()).isEmpty();
    sim.on(new Input.Unacknowledge("a"));
    assertThat(sim.read())
        .containsExactly("ops FIRING UNACKNOWLEDGED a", "pager FIRING UNACKNOWLEDGED a");
    assertThat(sim.pass(INTERVAL).read()).contains("boss FIRING ESCALATED a");
    sim.on(resolved("a", 0, 1));
    assertThat(sim.pass(INTERVAL).read())
        .containsExactly(
            "ops RESOLVED ALL_ALERTS_RESOLVED !a",
            "pager RESOLVED ALL_ALERTS_RESOLVED !a",
            "boss RESOLVED ALL_ALERTS_RESOLVED !a");
  }

  @Test
  void shouldNotifyOfNewAlertsOfAnAcknowledgedGroup() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    sim.pass(WAIT);
    sim.on(sim.acknowledge("a", false));
    sim.read();
    sim.on(open("b", 60, 0));

    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING NEW_ALERTS_ADDED a,b");
  }

  @Test
  void shouldNotifyOnlyOfTheResolutionOfAnAlertThatIsMutedUntilThen() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0, "severity=low"));
    sim.pass(WAIT).read();
    sim.on(sim.acknowledge("a", true));
    sim.on(open("a", 0, 1, "severity=critical"));
    assertThat(sim.pass(Duration.ofDays(1)).read()).isEmpty();
    sim.on(resolved("a", 0, 2));

    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops RESOLVED ALL_ALERTS_RESOLVED !a");
  }

  @Test
  void shouldEndAnAcknowledgementAtItsTime() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    sim.pass(WAIT);
    sim.on(
        new Input.Acknowledge(
            "a", new Acknowledgement("ops", "", sim.now, sim.now.plusSeconds(600), false)));
    sim.read();

    assertThat(sim.pass(Duration.ofSeconds(600)).read())
        .containsExactly("ops FIRING UNACKNOWLEDGED a");
  }

  @Test
  void shouldWaitUntilAnAlertHasLastedAsLongAsItsPolicyRequires() {
    Simulation sim = new Routings().policy(Duration.ofMinutes(2), Duration.ZERO).simulate();
    sim.on(open("a", 0, 0));
    sim.on(open("b", 0, 0));
    sim.pass(Duration.ofMinutes(1)).on(resolved("b", 0, 1));
    assertThat(sim.pass(Duration.ofSeconds(60)).read()).isEmpty();

    assertThat(sim.pass(SECOND).read()).containsExactly("ops FIRING FIRST_NOTIFICATION a");
    assertThat(sim.phases).containsExactly("a PENDING", "b PENDING", "b RESOLVED", "a FIRING");
  }

  @Test
  void shouldNotNotifyOfAFlapDuringTheRecovery() {
    Simulation sim = new Routings().policy(Duration.ZERO, Duration.ofMinutes(10)).simulate();
    sim.on(open("a", 0, 0));
    sim.pass(WAIT).read();
    sim.on(resolved("a", 0, 1));
    sim.pass(Duration.ofMinutes(9)).on(open("a", 500, 0));
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING NEW_ALERTS_ADDED a");
    sim.on(resolved("a", 500, 1));
    assertThat(sim.pass(Duration.ofMinutes(9)).read()).isEmpty();

    assertThat(sim.pass(Duration.ofMinutes(6)).read())
        .containsExactly("ops RESOLVED ALL_ALERTS_RESOLVED !a");
  }

  @Test
  void shouldResolveAnAlertOfAnotherSystemThatIsNotSentAgain() {
    Simulation sim = new Routings().simulate();
    sim.on(sim.external("x", Duration.ofMinutes(5)));
    sim.pass(Duration.ofMinutes(4)).on(sim.external("x", Duration.ofMinutes(5)));
    assertThat(sim.read()).containsExactly("ops FIRING FIRST_NOTIFICATION x");
    assertThat(sim.pass(Duration.ofMinutes(4)).read()).isEmpty();

    assertThat(sim.pass(Duration.ofMinutes(7)).read())
        .containsExactly("ops RESOLVED ALL_ALERTS_RESOLVED !x");
    assertThat(sim.state.size()).isZero();
    assertThat(sim.state.timers()).isEmpty();
  }

  @Test
  void shouldNotifyOfNothingInMutedTimesAndOfTheEndAfterwards() {
    Instant until = START.plus(Duration.ofHours(1));
    Simulation sim = new Routings().mute(time -> time.isBefore(until)).simulate();
    sim.on(open("a", 0, 0));
    sim.on(open("b", 0, 0));
    sim.pass(Duration.ofMinutes(30)).on(resolved("b", 0, 1));
    assertThat(sim.pass(Duration.ofMinutes(29)).read()).isEmpty();

    assertThat(sim.pass(Duration.ofMinutes(6)).read())
        .containsExactly("ops FIRING FIRST_NOTIFICATION a");
  }

  @Test
  void shouldRouteFiringAlertsAgainAfterAReload() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0, "service=shop"));
    sim.on(open("b", 0, 0, "service=cart"));
    sim.pass(WAIT).read();
    sim.on(new Input.Reloaded());
    assertThat(sim.pass(INTERVAL).read()).isEmpty();

    sim.routing = new Routings().child("pager", false, "service=shop").build();
    sim.on(new Input.Reloaded());
    assertThat(sim.pass(INTERVAL).read()).containsExactly("pager FIRING FIRST_NOTIFICATION a");
    sim.on(resolved("a", 0, 1, "service=shop"));
    assertThat(sim.pass(INTERVAL).read())
        .containsExactlyInAnyOrder(
            "ops RESOLVED ALL_ALERTS_RESOLVED !a", "pager RESOLVED ALL_ALERTS_RESOLVED !a");
  }

  @Test
  void shouldUseTheNewPoliciesForAlertsThatHaveNotBegunOrEndedYet() {
    Simulation sim = new Routings().policy(Duration.ofHours(1), Duration.ofHours(1)).simulate();
    sim.on(open("a", 0, 0));
    sim.pass(Duration.ofMinutes(30));
    sim.routing = new Routings().policy(Duration.ofMinutes(35), Duration.ofMinutes(2)).build();
    sim.on(new Input.Reloaded());
    assertThat(sim.pass(Duration.ofMinutes(4)).read()).isEmpty();
    assertThat(sim.pass(Duration.ofMinutes(2)).read())
        .containsExactly("ops FIRING FIRST_NOTIFICATION a");

    sim.on(resolved("a", 0, 1));
    sim.routing = new Routings().build();
    sim.on(new Input.Reloaded());
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops RESOLVED ALL_ALERTS_RESOLVED !a");
  }

  @Test
  void shouldNotifyOnlyOfTheEndOfGroupsWhoseRouteIsGone() {
    Simulation sim = new Routings().child("pager", false, "service=shop").simulate();
    sim.on(open("a", 0, 0, "service=shop"));
    sim.pass(WAIT).read();
    sim.routing = new Routings().build();
    sim.on(new Input.Reloaded());
    assertThat(sim.pass(SECOND).read()).containsExactly("ops FIRING FIRST_NOTIFICATION a");
    assertThat(sim.pass(Duration.ofHours(5)).read())
        .containsExactly("ops FIRING REPEAT_INTERVAL_ELAPSED a");
    sim.on(resolved("a", 0, 1, "service=shop"));

    assertThat(sim.pass(INTERVAL).read())
        .containsExactlyInAnyOrder(
            "pager RESOLVED ALL_ALERTS_RESOLVED !a", "ops RESOLVED ALL_ALERTS_RESOLVED !a");
    assertThat(sim.pass(Duration.ofDays(2)).read()).isEmpty();
    assertThat(sim.state.size()).isZero();
  }

  @Test
  void shouldNumberNotificationsAscendingAlsoWhenAGroupBeginsAgain() {
    Simulation sim = new Routings().simulate();
    for (int episode = 0; episode < 3; episode++) {
      sim.on(open("a", episode * 1_000, 0));
      sim.pass(INTERVAL).on(resolved("a", episode * 1_000, 1));
      sim.pass(Duration.ofMinutes(20));
    }

    assertThat(sim.notified)
        .hasSize(6)
        .extracting(NotificationIntent::sequence)
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(sim.notified).extracting(NotificationIntent::id).doesNotHaveDuplicates();
  }

  @Test
  void shouldTakeOverAnAlertWithoutNotifyingOfItAgain() {
    Simulation sim = new Routings().simulate();
    sim.on(
        new Input.Imported(
            (Input.AnomalyReport) open("a", 0, 3, "severity=high"), Severity.CRITICAL));
    assertThat(sim.pass(Duration.ofHours(1)).read()).isEmpty();
    sim.on(open("a", 0, 4, "severity=critical"));
    assertThat(sim.pass(INTERVAL).read()).isEmpty();
    sim.on(resolved("a", 0, 5));

    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops RESOLVED ALL_ALERTS_RESOLVED !a");
  }

  @Test
  void shouldKeepTheTextsOfTheAlertsThatANotificationShows() {
    Simulation sim = new Routings().simulate();
    int alerts = 3 * NotificationIntent.MAX_SHOWN;
    for (int i = 0; i < alerts; i++) {
      sim.on(open("a" + i, 0, 0, "severity=" + (i % 3 == 0 ? "critical" : "low")));
    }

    sim.pass(Duration.ofSeconds(30));

    List<TrackedAlert> notified = sim.notified.get(0).alerts();
    assertThat(notified).hasSize(alerts);
    assertThat(notified.subList(0, NotificationIntent.MAX_SHOWN))
        .allSatisfy(
            alert ->
                assertThat(alert.labels())
                    .containsEntry("severity", "critical")
                    .containsKey("alertname"));
    assertThat(notified.subList(NotificationIntent.MAX_SHOWN, alerts))
        .allSatisfy(alert -> assertThat(alert.labels()).containsOnlyKeys("severity"));
  }

  @Test
  void shouldNotEvaluateASilenceWhoseMatchTakesTooLong() {
    Simulation sim = new Routings().simulate();
    String slow = "text=~\"x(?:x?x?x?x?x?x?x?x?){100}\"";
    sim.on(silence("slow", sim.now, sim.now.plus(Duration.ofHours(1)), slow));
    sim.on(silence("quick", sim.now, sim.now.plus(Duration.ofHours(1)), "service=shop"));
    sim.on(open("a", 0, 0, "service=cart", "text=" + "x".repeat(50_000)));
    sim.on(open("b", 0, 0, "service=shop", "text=" + "x".repeat(50_000)));

    assertThat(sim.pass(Duration.ofSeconds(30)).read())
        .containsExactly("ops FIRING FIRST_NOTIFICATION a");
  }
}
