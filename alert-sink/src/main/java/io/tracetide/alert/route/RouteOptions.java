package io.tracetide.alert.route;

import java.util.List;

/**
 * How the alerts of a route are grouped and notified.
 *
 * @param receiver name of the receiver
 * @param groupBy labels by which alerts are grouped
 * @param timing when groups are notified
 * @param muteTimeIntervals names of time intervals in which the route notifies of nothing
 * @param activeTimeIntervals names of time intervals outside of which the route notifies of
 *     nothing; none for always
 * @param escalation further receivers while no one acknowledges, by ascending time
 */
public record RouteOptions(
    String receiver,
    GroupBy groupBy,
    Timing timing,
    List<String> muteTimeIntervals,
    List<String> activeTimeIntervals,
    List<EscalationStep> escalation) {

  public RouteOptions {
    muteTimeIntervals = List.copyOf(muteTimeIntervals);
    activeTimeIntervals = List.copyOf(activeTimeIntervals);
    escalation = List.copyOf(escalation);
  }
}
