package io.tracetide.alert.decision;

import static io.tracetide.alert.decision.Reports.open;
import static io.tracetide.alert.decision.Reports.resolved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tracetide.alert.decision.Decision.Transition;
import io.tracetide.alert.route.LabelMatcher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertStateTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Routes TO_LOG = new Routes(List.of(), List.of("log"));
  private static final Routes CRITICAL_TO_PAGER =
      new Routes(
          List.of(
              new Routes.Route(List.of(LabelMatcher.parse("severity=critical")), List.of("pager"))),
          List.of("log"));

  private AlertState state = AlertState.unseen();
  private final List<NotificationIntent> told = new ArrayList<>();

  @Test
  void shouldNotifyOnceWhenAnEpisodeOpens() {
    assertThat(step(open(0, 0, Severity.HIGH))).isEqualTo(Transition.OPENED);

    assertThat(told)
        .extracting(
            n -> n.recipient().receiver(),
            NotificationIntent::sequence,
            NotificationIntent::status,
            NotificationIntent::reason)
        .containsExactly(tuple("log", 1L, Status.FIRING, Reason.FIRST_NOTIFICATION));
  }

  @Test
  void shouldNotNotifyWhenAnEpisodeContinuesOrBecomesLessSevere() {
    step(open(0, 0, Severity.HIGH));

    assertThat(step(open(0, 1, Severity.HIGH))).isEqualTo(Transition.CONTINUED);
    assertThat(step(open(0, 2, Severity.LOW))).isEqualTo(Transition.CONTINUED);
    assertThat(step(open(0, 3, Severity.HIGH))).isEqualTo(Transition.CONTINUED);
    assertThat(told).hasSize(1);
  }

  @Test
  void shouldNotifyAgainWhenSeverityExceedsTheNotifiedOne() {
    step(open(0, 0, Severity.MEDIUM));

    assertThat(step(open(0, 1, Severity.HIGH))).isEqualTo(Transition.ESCALATED);

    assertThat(told)
        .extracting(
            NotificationIntent::sequence, NotificationIntent::status, NotificationIntent::reason)
        .containsExactly(
            tuple(1L, Status.FIRING, Reason.FIRST_NOTIFICATION),
            tuple(2L, Status.FIRING, Reason.NEW_ALERTS_ADDED));
  }

  @Test
  void shouldNotifyOnceWhenItResolves() {
    step(open(0, 0, Severity.HIGH));

    assertThat(step(resolved(0, 1))).isEqualTo(Transition.RESOLVED);
    assertThat(step(resolved(0, 1))).isEqualTo(Transition.STALE);

    assertThat(told)
        .extracting(
            NotificationIntent::sequence, NotificationIntent::status, NotificationIntent::reason)
        .containsExactly(
            tuple(1L, Status.FIRING, Reason.FIRST_NOTIFICATION),
            tuple(2L, Status.RESOLVED, Reason.ALL_ALERTS_RESOLVED));
  }

  @Test
  void shouldNotifyEveryNotifiedReceiverOfTheResolutionWhenTheRouteChanged() {
    step(open(0, 0, Severity.LOW), CRITICAL_TO_PAGER);
    step(open(0, 1, Severity.CRITICAL), CRITICAL_TO_PAGER);
    step(resolved(0, 2), CRITICAL_TO_PAGER);

    assertThat(told)
        .extracting(
            n -> n.recipient().receiver(),
            NotificationIntent::sequence,
            NotificationIntent::status,
            NotificationIntent::reason)
        .containsExactly(
            tuple("log", 1L, Status.FIRING, Reason.FIRST_NOTIFICATION),
            tuple("pager", 1L, Status.FIRING, Reason.FIRST_NOTIFICATION),
            tuple("log", 2L, Status.RESOLVED, Reason.ALL_ALERTS_RESOLVED),
            tuple("pager", 2L, Status.RESOLVED, Reason.ALL_ALERTS_RESOLVED));
  }

  @Test
  void shouldIgnoreAnOpenReportWhenItsOwnResolveCameFirst() {
    step(resolved(0, 3));

    assertThat(step(open(0, 2, Severity.CRITICAL))).isEqualTo(Transition.STALE);
    assertThat(told).isEmpty();
  }

  @Test
  void shouldGoOnCountingWhenALaterEpisodeOpens() {
    step(open(0, 0, Severity.HIGH));
    step(resolved(0, 1));
    step(open(5, 0, Severity.LOW));

    assertThat(told).extracting(NotificationIntent::sequence).containsExactly(1L, 2L, 3L);
    assertThat(told.get(2).reason()).isEqualTo(Reason.FIRST_NOTIFICATION);
    assertThat(told).extracting(NotificationIntent::id).doesNotHaveDuplicates();
  }

  @Test
  void shouldNotifyOfANewEpisodeWithoutTheEndOfTheLastOne() {
    step(open(0, 4, Severity.HIGH));

    assertThat(step(open(5, 0, Severity.LOW))).isEqualTo(Transition.OPENED);
    assertThat(told.get(1).reason()).isEqualTo(Reason.NEW_ALERTS_ADDED);
  }

  @Test
  void shouldIgnoreAnEarlierEpisodeWhenALaterOneIsKnown() {
    step(open(5, 0, Severity.HIGH));

    assertThat(step(resolved(0, 9))).isEqualTo(Transition.STALE);
    assertThat(state).isInstanceOf(AlertState.Firing.class);
  }

  @Test
  void shouldFireAgainWhenANewerRevisionReopensTheEpisode() {
    step(open(0, 0, Severity.HIGH));
    step(resolved(0, 1));

    assertThat(step(open(0, 2, Severity.HIGH))).isEqualTo(Transition.OPENED);
    assertThat(told.get(2).reason()).isEqualTo(Reason.FIRST_NOTIFICATION);
  }

  @Test
  void shouldGiveTheSameIdForTheSameDecision() {
    NotificationIntent first =
        AlertState.unseen().on(open(0, 0, Severity.HIGH), TO_LOG, NOW).notifications().get(0);
    NotificationIntent later =
        AlertState.unseen()
            .on(open(0, 0, Severity.HIGH), TO_LOG, NOW.plusSeconds(60))
            .notifications()
            .get(0);

    assertThat(later.id()).isEqualTo(first.id()).matches("[0-9a-f]{64}");
  }

  private Transition step(AnomalyReport report) {
    return step(report, TO_LOG);
  }

  private Transition step(AnomalyReport report, Routes routes) {
    Decision decision = state.on(report, routes, NOW);
    state = decision.state();
    told.addAll(decision.notifications());
    return decision.transition();
  }
}
