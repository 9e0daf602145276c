package io.tracetide.alert.config;

import io.tracetide.alert.route.EscalationStep;
import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.RouteSpec;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.WrittenAs;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A node of the routing tree, with the keys of Alertmanager's routes. A key that is not given is
 * inherited from the parent, time intervals excepted.
 *
 * @param receiver name of the receiver
 * @param matchers all of which must select the alert
 * @param groupBy labels by which alerts are grouped; {@code ...} alone for all labels
 * @param groupWait from the first alert of a group to its first notification
 * @param groupInterval between two notifications of a group that has changed
 * @param repeatInterval after which a firing group without changes is notified again
 * @param repeatBackoff factor by which the repeat interval grows with each repetition
 * @param maxRepeatInterval limit of the growth
 * @param continues whether later siblings are tried as well
 * @param muteTimeIntervals names of time intervals in which the route notifies of nothing
 * @param activeTimeIntervals names of time intervals outside of which it notifies of nothing
 * @param escalation further receivers of groups that are not acknowledged; {@code []} for none
 * @param routes child routes
 */
public record RouteNodeConfig(
    Optional<String> receiver,
    List<String> matchers,
    Optional<List<String>> groupBy,
    Optional<Duration> groupWait,
    Optional<Duration> groupInterval,
    Optional<Duration> repeatInterval,
    Optional<Double> repeatBackoff,
    Optional<Duration> maxRepeatInterval,
    @WrittenAs("continue") boolean continues,
    List<String> muteTimeIntervals,
    List<String> activeTimeIntervals,
    Optional<List<EscalationConfig>> escalation,
    List<RouteNodeConfig> routes) {

  /** Stands for all labels. */
  private static final String ALL = "...";

  private static final double GREATEST_BACKOFF = 100;

  public RouteNodeConfig {
    matchers = List.copyOf(matchers);
    muteTimeIntervals = List.copyOf(muteTimeIntervals);
    activeTimeIntervals = List.copyOf(activeTimeIntervals);
    routes = List.copyOf(routes);
    Checks checks = Checks.check();
    MatcherList.check(checks, "matchers", matchers);
    groupBy.ifPresent(labels -> check(checks, labels));
    groupWait.ifPresent(
        wait -> checks.that(!wait.isNegative(), "groupWait", wait, "a duration, at least 0s"));
    groupInterval.ifPresent(interval -> checks.positive("groupInterval", interval));
    repeatInterval.ifPresent(interval -> checks.positive("repeatInterval", interval));
    repeatBackoff.ifPresent(factor -> checks.range("repeatBackoff", factor, 1, GREATEST_BACKOFF));
    maxRepeatInterval.ifPresent(limit -> checks.positive("maxRepeatInterval", limit));
    for (int i = 1; i < escalation.map(List::size).orElse(0); i++) {
      Duration before = escalation.get().get(i - 1).after();
      Duration after = escalation.get().get(i).after();
      checks.that(
          after.compareTo(before) > 0,
          "escalation[" + i + "].after",
          after,
          "a longer time than that of the step before");
    }
    checks.done();
  }

  private static void check(Checks checks, List<String> labels) {
    Set<String> seen = new HashSet<>();
    checks
        .that(
            labels.stream().allMatch(seen::add)
                && seen.stream()
                    .noneMatch(label -> GroupBy.names(label).stream().anyMatch(String::isBlank)),
            "groupBy",
            labels,
            "names of labels, each once, or a|b for label a and for b of alerts without it")
        .that(
            !seen.contains(ALL) || seen.size() == 1,
            "groupBy",
            labels,
            "... alone, for all labels, or names of labels");
  }

  static RouteNodeConfig defaults() {
    return new RouteNodeConfig(
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of(),
        List.of(),
        Optional.empty(),
        List.of());
  }

  /** The node with its children. */
  public RouteSpec toSpec() {
    return new RouteSpec(
        receiver,
        MatcherList.parse(matchers),
        groupBy.map(RouteNodeConfig::toGroupBy),
        new RouteSpec.TimingSpec(
            groupWait, groupInterval, repeatInterval, repeatBackoff, maxRepeatInterval),
        continues,
        muteTimeIntervals,
        activeTimeIntervals,
        escalation.map(RouteNodeConfig::toSteps),
        routes.stream().map(RouteNodeConfig::toSpec).toList());
  }

  private static GroupBy toGroupBy(List<String> labels) {
    return labels.contains(ALL) ? GroupBy.ALL : GroupBy.of(labels.toArray(String[]::new));
  }

  private static List<EscalationStep> toSteps(List<EscalationConfig> steps) {
    return steps.stream().map(EscalationConfig::toStep).toList();
  }
}
