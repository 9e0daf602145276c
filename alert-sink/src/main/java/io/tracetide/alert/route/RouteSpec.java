package io.tracetide.alert.route;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A node of a routing tree as it is configured: what is absent is inherited from the parent, time
 * intervals excepted.
 *
 * @param receiver name of the receiver
 * @param matchers all of which must select the alert
 * @param groupBy labels by which alerts are grouped
 * @param timing when groups are notified
 * @param continues whether later siblings are tried as well
 * @param muteTimeIntervals names of time intervals
 * @param activeTimeIntervals names of time intervals
 * @param escalation further receivers; an empty list for none
 * @param routes child routes
 */
public record RouteSpec(
    Optional<String> receiver,
    List<LabelMatcher> matchers,
    Optional<GroupBy> groupBy,
    TimingSpec timing,
    boolean continues,
    List<String> muteTimeIntervals,
    List<String> activeTimeIntervals,
    Optional<List<EscalationStep>> escalation,
    List<RouteSpec> routes) {

  public RouteSpec {
    matchers = List.copyOf(matchers);
    muteTimeIntervals = List.copyOf(muteTimeIntervals);
    activeTimeIntervals = List.copyOf(activeTimeIntervals);
    routes = List.copyOf(routes);
  }

  /** A route with a receiver and matchers only. */
  public static RouteSpec to(
      String receiver, List<LabelMatcher> matchers, boolean continues, List<RouteSpec> routes) {
    return new RouteSpec(
        Optional.of(receiver),
        matchers,
        Optional.empty(),
        TimingSpec.INHERITED,
        continues,
        List.of(),
        List.of(),
        Optional.empty(),
        routes);
  }

  /** The {@link Timing} of a node; what is absent is inherited. */
  public record TimingSpec(
      Optional<Duration> groupWait,
      Optional<Duration> groupInterval,
      Optional<Duration> repeatInterval,
      Optional<Double> repeatBackoff,
      Optional<Duration> maxRepeatInterval) {

    public static final TimingSpec INHERITED =
        new TimingSpec(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    Timing over(Timing parent) {
      return new Timing(
          groupWait.orElse(parent.groupWait()),
          groupInterval.orElse(parent.groupInterval()),
          repeatInterval.orElse(parent.repeatInterval()),
          repeatBackoff.orElse(parent.repeatBackoff()),
          maxRepeatInterval.orElse(parent.maxRepeatInterval()));
    }
  }
}
