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
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What reports and commands change in the state of an alert, and in its group. */
class AlertStatesTest {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration INTERVAL = Duration.ofMinutes(5);

  @Test
  void shouldIgnoreAnOpenReportOfTheRevisionThatIsResolved() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 1));
    sim.on(resolved("a", 0, 2));
    sim.on(open("a", 0, 2));

    assertThat(sim.phases).containsExactly("a FIRING", "a RESOLVED");
  }

  @Test
  void shouldIgnoreAnExternalAlertThatIsOverAndUnknown() {
    Simulation sim = new Routings().simulate();
    sim.on(sim.external("x", Duration.ZERO));

    assertThat(sim.state.alert("x")).isNull();
    assertThat(sim.phases).isEmpty();
  }

  @Test
  void shouldKeepTheResolutionOfAnExternalAlertThatIsReportedAsOverAgain() {
    Simulation sim = new Routings().simulate();
    sim.on(sim.external("x", INTERVAL));
    sim.pass(WAIT).read();
    sim.on(sim.external("x", Duration.ZERO));
    sim.pass(Duration.ofSeconds(1)).on(sim.external("x", Duration.ZERO));

    assertThat(sim.phases).containsExactly("x FIRING", "x RESOLVED");
    assertThat(sim.state.alert("x").times().endsAt()).isEqualTo(START.plus(WAIT));
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops RESOLVED ALL_ALERTS_RESOLVED !x");
  }

  @Test
  void shouldKeepTheEarliestStartOfAnExternalAlertAndItsAcknowledgement() {
    Simulation sim = new Routings().simulate();
    sim.on(sim.external("x", INTERVAL));
    sim.on(sim.acknowledge("x", false));
    sim.pass(Duration.ofMinutes(1)).on(sim.external("x", INTERVAL));

    assertThat(sim.state.alert("x").times().startsAt()).isEqualTo(START);
    assertThat(sim.state.alert("x").isAcknowledged()).isTrue();

    sim.on(report("x", START.minusSeconds(60), sim.now.plus(INTERVAL)));
    assertThat(sim.state.alert("x").times().startsAt()).isEqualTo(START.minusSeconds(60));
  }

  @Test
  void shouldBeginAnExternalAlertAnewAfterItsResolution() {
    Simulation sim = new Routings().simulate();
    sim.on(sim.external("x", INTERVAL));
    sim.pass(WAIT).on(sim.acknowledge("x", false));
    sim.on(sim.external("x", Duration.ZERO));
    assertThat(sim.state.alert("x").isAcknowledged()).isFalse();
    sim.pass(Duration.ofSeconds(1)).on(sim.external("x", INTERVAL));

    assertThat(sim.state.alert("x").times().startsAt()).isEqualTo(START.plusSeconds(31));
    assertThat(sim.state.alert("x").isAcknowledged()).isFalse();
  }

  @Test
  void shouldKeepStartAndAcknowledgementWithinAnEpisodeOnly() {
    Simulation sim = new Routings().policy(Duration.ZERO, Duration.ofMinutes(10)).simulate();
    sim.on(open("a", 10, 0));
    sim.on(sim.acknowledge("a", false));
    sim.on(open("a", 10, 1));
    assertThat(sim.state.alert("a").isAcknowledged()).isTrue();
    sim.on(resolved("a", 10, 2));
    sim.on(open("a", 60, 0));
    assertThat(sim.state.alert("a").isAcknowledged()).as("a flap").isTrue();
    assertThat(sim.state.alert("a").times().startsAt()).isEqualTo(START.plusSeconds(10));

    sim.on(open("a", 90, 0));
    assertThat(sim.state.alert("a").isAcknowledged()).as("another episode").isFalse();
    assertThat(sim.state.alert("a").times().startsAt()).isEqualTo(START.plusSeconds(90));
  }

  @Test
  void shouldRepeatAgainAfterTheWithdrawalOfAnAcknowledgement() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    sim.pass(WAIT).on(sim.acknowledge("a", false));
    assertThat(sim.pass(Duration.ofHours(9)).read()).hasSize(2);
    sim.on(new Input.Unacknowledge("a"));
    sim.read();

    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING REPEAT_INTERVAL_ELAPSED a");
  }

  @Test
  void shouldNotEscalateWhileAllIsSilencedOrTheTimeIsMuted() {
    Simulation silenced = new Routings().escalate(Duration.ofMinutes(2), "pager").simulate();
    silenced.on(open("a", 0, 0));
    silenced.pass(WAIT).read();
    silenced.on(
        silence("s", silenced.now, silenced.now.plus(Duration.ofHours(1)), "alertname=Latency"));
    assertThat(silenced.pass(Duration.ofMinutes(59)).read()).isEmpty();

    Instant from = START.plusSeconds(60);
    Instant until = START.plus(Duration.ofHours(1));
    Simulation muted =
        new Routings()
            .escalate(Duration.ofMinutes(2), "pager")
            .mute(time -> !time.isBefore(from) && time.isBefore(until))
            .simulate();
    muted.on(open("a", 0, 0));
    assertThat(muted.pass(WAIT).read()).containsExactly("ops FIRING FIRST_NOTIFICATION a");
    assertThat(muted.pass(Duration.ofMinutes(59)).read()).isEmpty();
    assertThat(muted.pass(INTERVAL).read()).containsExactly("pager FIRING ESCALATED a");
  }

  @Test
  void shouldNumberEveryNotificationOfAGroupHigherThanTheOneBefore() {
    Simulation sim =
        new Routings()
            .escalate(Duration.ofMinutes(2), "pager")
            .escalate(Duration.ofMinutes(3), "boss")
            .simulate();
    sim.on(open("a", 0, 0));
    sim.pass(Duration.ofMinutes(4)).on(sim.acknowledge("a", false));
    sim.pass(INTERVAL).on(new Input.Unacknowledge("a"));
    sim.pass(Duration.ofHours(5)).on(resolved("a", 0, 1));
    sim.pass(INTERVAL);

    List<Long> toOps =
        sim.notified.stream()
            .filter(intent -> intent.integration().equals("ops"))
            .map(NotificationIntent::sequence)
            .toList();
    assertThat(toOps).hasSizeGreaterThan(4);
    for (int i = 1; i < toOps.size(); i++) {
      assertThat(toOps.get(i)).isGreaterThan(toOps.get(i - 1));
    }
    assertThat(sim.notified.stream().map(NotificationIntent::sequence).toList()).isSorted();
    assertThat(sim.notified.stream().map(Simulation::text))
        .contains("pager FIRING ESCALATED a", "boss FIRING ESCALATED a");
  }

  @Test
  void shouldRememberTheHighestSeverityThatWasNotified() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0, "severity=critical"));
    sim.pass(WAIT).read();
    sim.on(open("a", 0, 1, "severity=low"));
    sim.on(open("b", 30, 0, "severity=low"));
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING NEW_ALERTS_ADDED a,b");
    sim.on(open("a", 0, 2, "severity=critical"));

    assertThat(sim.pass(INTERVAL).read()).isEmpty();
  }

  @Test
  void shouldListTheMostSevereAlertsFirst() {
    Simulation sim = new Routings().escalate(Duration.ofMinutes(2), "pager").simulate();
    sim.on(open("a", 0, 0, "severity=low"));
    sim.on(open("b", 1, 0, "severity=critical"));
    sim.on(open("c", 0, 0, "severity=critical"));
    assertThat(sim.pass(Duration.ofMinutes(3)).read())
        .containsExactly("ops FIRING FIRST_NOTIFICATION c,b,a", "pager FIRING ESCALATED c,b,a");
    sim.on(resolved("a", 0, 1, "severity=low"));
    sim.on(resolved("b", 1, 1, "severity=critical"));
    sim.on(resolved("c", 0, 1, "severity=critical"));
    assertThat(sim.pass(INTERVAL).read()).contains("ops RESOLVED ALL_ALERTS_RESOLVED !c,!b,!a");
  }

  @Test
  void shouldNotifyOfATargetWhoseSourceIsNoSourceAnyMore() {
    Simulation sim =
        new Routings()
            .groupBy(GroupBy.of("n"))
            .inhibit("severity=critical", "severity=low", "service")
            .simulate();
    sim.on(open("source", 0, 0, "n=1", "service=shop", "severity=critical"));
    sim.on(open("target", 0, 0, "n=2", "service=shop", "severity=low"));
    assertThat(sim.pass(WAIT).read()).containsExactly("ops FIRING FIRST_NOTIFICATION source");
    sim.on(open("source", 0, 1, "n=1", "service=shop", "severity=high"));

    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING FIRST_NOTIFICATION target");
  }

  @Test
  void shouldNameWhatMutesAnAlert() {
    Simulation sim = new Routings().inhibit("severity=critical", "severity=low").simulate();
    sim.on(open("source", 0, 0, "severity=critical"));
    sim.on(open("target", 0, 0, "severity=low"));
    sim.on(silence("z", START, START.plusSeconds(60), "severity=low"));
    sim.on(silence("b", START, START.plusSeconds(60), "alertname=Latency"));
    sim.on(silence("other", START, START.plusSeconds(60), "severity=high"));
    sim.on(silence("later", START.plusSeconds(30), START.plusSeconds(60), "severity=low"));
    Mutes mutes = new Mutes(sim.routing, sim.state, START);

    assertThat(mutes.silencedBy(sim.state.alert("target"))).containsExactly("b", "z");
    assertThat(mutes.inhibitedBy(sim.state.alert("target"))).containsExactly("source");
    assertThat(mutes.silencedBy(sim.state.alert("source"))).containsExactly("b");
    assertThat(mutes.inhibitedBy(sim.state.alert("source"))).isEmpty();
    Mutes after = new Mutes(sim.routing, sim.state, START.plusSeconds(60));
    assertThat(after.silencedBy(sim.state.alert("target"))).isEmpty();
  }

  private static Input report(String fingerprint, Instant startsAt, Instant endsAt) {
    return new Input.ExternalReport(
        fingerprint, AlertContent.of(Simulation.labels(), Map.of(), ""), startsAt, endsAt);
  }
}
