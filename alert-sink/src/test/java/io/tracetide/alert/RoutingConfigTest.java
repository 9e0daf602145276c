package io.tracetide.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tracetide.alert.route.AlertPolicy;
import io.tracetide.alert.route.EscalationStep;
import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.Timing;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.ConfigReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutingConfigTest {
  private static final String RECEIVERS =
      """
      receivers:
        - {name: log, log: {}}
        - {name: ops, log: {}}
        - {name: pager, log: {}}
      """;

  @Test
  void shouldReadATreeAndInheritOptions() {
    Routing routing =
        routing(
            """
            route:
              receiver: log
              groupBy: [service]
              groupWait: 10s
              repeatBackoff: 2
              maxRepeatInterval: 2d
              escalation: [{after: 30m, receiver: ops}, {after: 1h, receiver: pager}]
              routes:
                - matchers: ['severity=~"high|critical"', 'tenant=a,zone=b']
                  receiver: pager
                  continue: true
                  groupBy: ['...']
                  groupInterval: 1m
                  muteTimeIntervals: [night]
                  routes:
                    - matchers: [service=pay]
                      groupBy: []
                      escalation: []
                - matchers: [severity=low]
                  activeTimeIntervals: [night]
            timeIntervals:
              - name: night
                timeIntervals:
                  - times: [{startTime: 22:00, endTime: 24:00}, {startTime: 00:00, endTime: 06:00}]
                    location: Europe/Berlin
            """);

    Route pager = routing.root().routes().get(0);
    RouteOptions root = routing.root().options();
    assertThat(routing.root().key()).isEqualTo("{}");
    assertThat(root.timing())
        .isEqualTo(
            new Timing(
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                Duration.ofHours(4),
                2,
                Duration.ofDays(2)));
    assertThat(pager.key()).isEqualTo("{}/{severity=~\"high|critical\",tenant=\"a\",zone=\"b\"}");
    assertThat(pager.continues()).isTrue();
    assertThat(pager.options().groupBy()).isEqualTo(GroupBy.ALL);
    assertThat(pager.options().timing().groupInterval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(pager.options().timing().groupWait()).isEqualTo(Duration.ofSeconds(10));
    assertThat(pager.options().escalation())
        .containsExactly(
            new EscalationStep(Duration.ofMinutes(30), "ops"),
            new EscalationStep(Duration.ofHours(1), "pager"));
    RouteOptions pay = pager.routes().get(0).options();
    assertThat(pay.receiver()).isEqualTo("pager");
    assertThat(pay.groupBy()).isEqualTo(GroupBy.of());
    assertThat(pay.escalation()).isEmpty();
    assertThat(pay.muteTimeIntervals()).isEmpty();
    RouteOptions low = routing.root().routes().get(1).options();
    assertThat(low.groupBy()).isEqualTo(GroupBy.of("service"));
    assertThat(routing.isMuted(low, Instant.parse("2026-11-30T12:00:00Z"))).isTrue();
    assertThat(routing.isMuted(low, Instant.parse("2026-11-30T22:00:00Z"))).isFalse();
  }

  @Test
  void shouldGroupByTenantAndIncidentUnlessConfigured() {
    assertThat(routing("").root().options().groupBy())
        .isEqualTo(GroupBy.of("tenant", "incident|service"));
    assertThat(routing("route: {receiver: log}").root().options().groupBy())
        .isEqualTo(GroupBy.of("tenant", "incident|service"));
    assertThat(routing("route: {receiver: log, groupBy: []}").root().options().groupBy())
        .isEqualTo(GroupBy.of());
    assertThat(routing("").root().options().timing()).isEqualTo(Timing.DEFAULT);
  }

  @Test
  void shouldTranslateTheListOfRoutes() {
    Routing routing =
        routing(
            """
            routes:
              - {matchers: [severity=critical], receivers: [pager, ops, pager]}
              - {matchers: ['severity=~"critical|high"'], receivers: [ops]}
            defaultReceivers: [log, ops]
            """);

    assertThat(receivers(routing, Map.of("severity", "critical"))).containsExactly("pager", "ops");
    assertThat(receivers(routing, Map.of("severity", "high"))).containsExactly("ops");
    assertThat(receivers(routing, Map.of())).containsExactly("log", "ops");
    assertThat(routing.root().routes())
        .extracting(Route::key)
        .containsExactly(
            "{}/{severity=\"critical\"}",
            "{}/{severity=\"critical\"}#2",
            "{}/{severity=~\"critical|high\"}",
            "{}/{}",
            "{}/{}#2");
    assertThat(receivers(routing(""), Map.of())).containsExactly("log", "ops", "pager");
    assertThat(receivers(routing("defaultReceivers: [ops]"), Map.of())).containsExactly("ops");
  }

  @Test
  void shouldReadInhibitRulesAndPolicies() {
    Routing routing =
        routing(
            """
            inhibitRules:
              - {sourceMatchers: [severity=critical], targetMatchers: [severity=low], equal: [service]}
            policies:
              - {matchers: [severity=low], pendingFor: 5m}
              - {recoverFor: 2m}
            """);

    assertThat(routing.inhibitRules().get(0).isSource(Map.of("severity", "critical"))).isTrue();
    assertThat(routing.inhibitRules().get(0).isTarget(Map.of("severity", "low"))).isTrue();
    assertThat(routing.inhibitRules().get(0).equal()).containsExactly("service");
    assertThat(routing.policy(Map.of("severity", "low")).pendingFor())
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(routing.policy(Map.of("severity", "high")))
        .isEqualTo(new AlertPolicy(List.of(), Duration.ZERO, Duration.ofMinutes(2)));
  }

  @Test
  void shouldReportEveryProblemOfANodeAtOnce() {
    assertThat(
            problems(
                """
                route:
                  receiver: log
                  groupBy: [a, a]
                  groupInterval: 0s
                  routes:
                    - matchers: [severity]
                      groupBy: ['...', a]
                      repeatInterval: 0s
                      repeatBackoff: 0.5
                      escalation: [{after: 1h, receiver: log}, {after: 30m, receiver: log}]
                      groupwait: 3s
                inhibitRules: [{sourceMatchers: [], targetMatchers: [a=~'(']}]
                timeIntervals:
                  - name: a
                    timeIntervals:
                      - times: [{startTime: 9, endTime: 10:00}, {startTime: 22:00, endTime: 6:00}]
                        weekdays: [friday:monday]
                        daysOfMonth: [0]
                        months: [13]
                        years: [x]
                        location: Nowhere
                      - times: [{startTime: 22:00, endTime: 06:00}]
                policies: [{pendingFor: 2d, matchers: [a]}]
                """))
        .containsExactlyInAnyOrder(
            "route.groupBy",
            "route.groupInterval",
            "route.routes[0].matchers[0]",
            "route.routes[0].groupBy",
            "route.routes[0].repeatInterval",
            "route.routes[0].repeatBackoff",
            "route.routes[0].escalation[1].after",
            "route.routes[0].groupwait",
            "inhibitRules[0].sourceMatchers",
            "inhibitRules[0].targetMatchers[0]",
            "timeIntervals[0].timeIntervals[0].times[0].startTime",
            "timeIntervals[0].timeIntervals[0].times[1].endTime",
            "timeIntervals[0].timeIntervals[0].weekdays[0]",
            "timeIntervals[0].timeIntervals[0].daysOfMonth[0]",
            "timeIntervals[0].timeIntervals[0].months[0]",
            "timeIntervals[0].timeIntervals[0].years[0]",
            "timeIntervals[0].timeIntervals[0].location",
            "timeIntervals[0].timeIntervals[1].times[0].endTime",
            "policies[0].pendingFor",
            "policies[0].matchers[0]");
  }

  @Test
  void shouldReportEveryUnknownNameOfATreeAtOnce() {
    assertThat(
            problems(
                """
                routes: [{matchers: [], receivers: [log]}]
                defaultReceivers: [log]
                route:
                  matchers: [a=b]
                  continue: true
                  muteTimeIntervals: [night]
                  routes:
                    - receiver: nobody
                      activeTimeIntervals: [day]
                      escalation: [{after: 1h, receiver: boss}]
                      routes: [{receiver: none}]
                """))
        .containsExactlyInAnyOrder(
            "routes",
            "defaultReceivers",
            "route.receiver",
            "route.matchers",
            "route.continue",
            "route.muteTimeIntervals",
            "route.muteTimeIntervals",
            "route.routes[0].receiver",
            "route.routes[0].activeTimeIntervals",
            "route.routes[0].escalation[0].receiver",
            "route.routes[0].routes[0].receiver");
  }

  @Test
  void shouldRefuseRoutesBesideAFile() {
    assertThat(
            problems(
                """
                alertmanagerConfig: alertmanager.yml
                route: {receiver: log}
                timeIntervals: [{name: a, timeIntervals: []}]
                inhibitRules: [{sourceMatchers: [a=b], targetMatchers: [a=c]}]
                """))
        .containsExactlyInAnyOrder("route", "timeIntervals", "inhibitRules");
  }

  private static List<String> receivers(Routing routing, Map<String, String> labels) {
    return routing.root().match(labels).stream().map(route -> route.options().receiver()).toList();
  }

  private static Routing routing(String yaml) {
    return ConfigReader.parse(RECEIVERS + yaml, SinkConfig.defaults(), Map.of()).toRouting();
  }

  private static List<String> problems(String yaml) {
    return catchThrowableOfType(ConfigException.class, () -> routing(yaml)).problems().stream()
        .map(ConfigProblem::path)
        .toList();
  }
}
