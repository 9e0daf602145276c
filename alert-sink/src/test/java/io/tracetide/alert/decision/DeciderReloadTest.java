package io.tracetide.alert.decision;

import static io.tracetide.alert.decision.Simulation.START;
import static io.tracetide.alert.decision.Simulation.open;
import static io.tracetide.alert.decision.Simulation.resolved;
import static io.tracetide.alert.decision.Simulation.silence;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.decision.Simulation.Routings;
import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.Routing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Groups that were notified before the configuration was reloaded. */
class DeciderReloadTest {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final Duration REPEAT = Duration.ofHours(4);

  @Test
  void shouldNotTouchAScheduleWithoutADifference() {
    Simulation sim = notified();
    sim.pass(Duration.ofHours(1));
    Map<String, AlertGroup> before = new TreeMap<>(sim.state.groups());

    sim.on(new Input.Reloaded());

    assertThat(sim.state.groups()).isEqualTo(before);
    assertThat(sim.pass(REPEAT.minusHours(1).minusSeconds(1)).read()).isEmpty();
    assertThat(sim.pass(Duration.ofSeconds(1)).read())
        .containsExactly("ops FIRING REPEAT_INTERVAL_ELAPSED a");
  }

  @Test
  void shouldNotTouchAGroupThatWaitsForItsFirstNotification() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    sim.routing = new Routings().timing(WAIT, INTERVAL, Duration.ofMinutes(1)).build();
    sim.on(new Input.Reloaded());

    assertThat(sim.pass(WAIT.minusSeconds(1)).read()).isEmpty();
    assertThat(sim.pass(Duration.ofSeconds(1)).read())
        .containsExactly("ops FIRING FIRST_NOTIFICATION a");
  }

  @Test
  void shouldNotifyAnotherChannelOfTheReceiver() {
    Simulation sim = notified();
    sim.pass(Duration.ofHours(1));
    sim.routing = withChannels("ops", "ops/second");

    sim.on(new Input.Reloaded());

    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops/second FIRING FIRST_NOTIFICATION a");
    sim.on(resolved("a", 0, 1));
    assertThat(sim.pass(INTERVAL).read())
        .containsExactly(
            "ops RESOLVED ALL_ALERTS_RESOLVED !a", "ops/second RESOLVED ALL_ALERTS_RESOLVED !a");
  }

  @Test
  void shouldNotifyNoOneOfAChannelThatIsGone() {
    Simulation sim = notified();
    sim.routing = withChannels("ops/second");
    sim.on(new Input.Reloaded());
    sim.pass(INTERVAL).read();
    sim.on(resolved("a", 0, 1));

    assertThat(sim.pass(INTERVAL).read())
        .containsExactly("ops/second RESOLVED ALL_ALERTS_RESOLVED !a");
  }

  @Test
  void shouldRepeatEarlierByAShorterInterval() {
    Simulation sim = notified();
    sim.pass(Duration.ofMinutes(90));
    sim.routing = new Routings().timing(WAIT, INTERVAL, Duration.ofHours(2)).build();

    sim.on(new Input.Reloaded());

    assertThat(sim.pass(Duration.ofMinutes(30).minusSeconds(1)).read()).isEmpty();
    assertThat(sim.pass(Duration.ofSeconds(1)).read())
        .containsExactly("ops FIRING REPEAT_INTERVAL_ELAPSED a");
  }

  @Test
  void shouldRepeatLaterByALongerInterval() {
    Simulation sim = notified();
    sim.routing = new Routings().timing(WAIT, INTERVAL, Duration.ofHours(8)).build();

    sim.on(new Input.Reloaded());

    assertThat(sim.pass(Duration.ofHours(8).minusSeconds(1)).read()).isEmpty();
    assertThat(sim.pass(Duration.ofSeconds(1)).read())
        .containsExactly("ops FIRING REPEAT_INTERVAL_ELAPSED a");
  }

  @Test
  void shouldKeepTheTimeOfTheRepetitionOfASilencedGroup() {
    Simulation sim = notified();
    sim.on(silence("s", sim.now, sim.now.plus(Duration.ofHours(3)), "alertname=Latency"));
    sim.routing = new Routings().timing(WAIT, INTERVAL, Duration.ofHours(1)).build();

    sim.on(new Input.Reloaded());

    assertThat(sim.pass(REPEAT.minusSeconds(1)).read()).isEmpty();
    assertThat(sim.pass(Duration.ofSeconds(1)).read())
        .containsExactly("ops FIRING REPEAT_INTERVAL_ELAPSED a");
  }

  @Test
  void shouldNotNotifyInATimeThatIsMutedNow() {
    Simulation sim = notified();
    Instant until = START.plus(Duration.ofHours(6));
    sim.routing = new Routings().mute(time -> time.isBefore(until)).build();

    sim.on(new Input.Reloaded());

    assertThat(sim.pass(Duration.ofHours(5)).read()).isEmpty();
    assertThat(sim.pass(Duration.ofHours(1).plus(INTERVAL)).read())
        .containsExactly("ops FIRING REPEAT_INTERVAL_ELAPSED a");
  }

  @Test
  void shouldNotRepeatAGroupThatTheConfigurationDoesNotMakeAnyMore() {
    Simulation sim = notified();
    sim.routing = new Routings().groupBy(GroupBy.of("alertname")).build();

    sim.on(new Input.Reloaded());

    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING FIRST_NOTIFICATION a");
    assertThat(sim.pass(REPEAT.plus(INTERVAL)).read())
        .containsExactly("ops FIRING REPEAT_INTERVAL_ELAPSED a");
    sim.on(resolved("a", 0, 1));
    assertThat(sim.pass(INTERVAL).read())
        .as("each group that was notified as firing ends")
        .containsExactly(
            "ops RESOLVED ALL_ALERTS_RESOLVED !a", "ops RESOLVED ALL_ALERTS_RESOLVED !a");
    assertThat(sim.state.groups()).isEmpty();
  }

  @Test
  void shouldEndAGroupOfAnEarlierConfigurationWhenAllOfItsAlertsAreOver() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    sim.on(open("b", 0, 0));
    assertThat(sim.pass(WAIT).read()).containsExactly("ops FIRING FIRST_NOTIFICATION a,b");
    sim.routing = new Routings().groupBy(GroupBy.of("alertname")).build();
    sim.on(new Input.Reloaded());
    sim.pass(INTERVAL).read();

    sim.on(resolved("a", 0, 1));
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING SOME_ALERTS_RESOLVED b,!a");
    sim.on(resolved("b", 0, 1));
    assertThat(sim.pass(INTERVAL).read())
        .containsExactlyInAnyOrder(
            "ops RESOLVED ALL_ALERTS_RESOLVED !b", "ops RESOLVED ALL_ALERTS_RESOLVED !a,!b");
    assertThat(sim.state.groups()).isEmpty();
  }

  @Test
  void shouldContinueAGroupThatTheConfigurationMakesAgain() {
    Simulation sim = notified();
    Routing first = sim.routing;
    sim.routing = new Routings().groupBy(GroupBy.of("alertname")).build();
    sim.on(new Input.Reloaded());
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING FIRST_NOTIFICATION a");
    sim.routing = first;
    sim.on(new Input.Reloaded());

    assertThat(sim.pass(REPEAT.plus(INTERVAL)).read())
        .containsExactly("ops FIRING REPEAT_INTERVAL_ELAPSED a");
  }

  @Test
  void shouldInhibitByOtherRules() {
    Simulation sim = new Routings().simulate();
    sim.on(open("source", 0, 0, "service=shop", "severity=critical"));
    sim.on(open("target", 0, 0, "service=cart", "severity=low"));
    sim.routing = new Routings().inhibit("severity=critical", "severity=low").build();
    sim.on(new Input.Reloaded());
    assertThat(sim.pass(WAIT).read()).containsExactly("ops FIRING FIRST_NOTIFICATION source");

    sim.routing = new Routings().inhibit("severity=high", "severity=low").build();
    sim.on(new Input.Reloaded());
    assertThat(sim.pass(INTERVAL).read()).containsExactly("ops FIRING FIRST_NOTIFICATION target");
  }

  /** One alert, of which the receiver {@code ops} was notified. */
  private static Simulation notified() {
    Simulation sim = new Routings().simulate();
    sim.on(open("a", 0, 0));
    assertThat(sim.pass(WAIT).read()).containsExactly("ops FIRING FIRST_NOTIFICATION a");
    return sim;
  }

  private static Routing withChannels(String... names) {
    Routing routing = new Routings().build();
    Map<String, List<Integration>> receivers = new TreeMap<>(routing.receivers());
    receivers.put("ops", List.of(names).stream().map(name -> new Integration(name, true)).toList());
    return new Routing(
        routing.root(),
        receivers,
        routing.inhibitRules(),
        routing.timeIntervals(),
        routing.policies());
  }
}
