package io.tracetide.alert.route;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that decides which receivers are notified of an alert, and when. Immutable; replaced as a
 * whole when the configuration is reloaded.
 *
 * @param root of the routing tree; it selects every alert
 * @param receivers channels by name of the receiver
 * @param inhibitRules rules by which alerts mute others
 * @param timeIntervals by name; a name stands for the union of its intervals
 * @param policies when alerts begin and end; the first that selects an alert is used
 */
public record Routing(
    Route root,
    Map<String, List<Integration>> receivers,
    List<InhibitRule> inhibitRules,
    Map<String, List<TimeInterval>> timeIntervals,
    List<AlertPolicy> policies) {

  public Routing {
    receivers = Map.copyOf(receivers);
    inhibitRules = List.copyOf(inhibitRules);
    timeIntervals = Map.copyOf(timeIntervals);
    policies = List.copyOf(policies);
  }

  /** The channels of a receiver; none if it is not configured any more. */
  public List<Integration> integrations(String receiver) {
    return receivers.getOrDefault(receiver, List.of());
  }

  /** Name of the receiver, by the name of each of its channels. */
  public Map<String, String> receiverNames() {
    Map<String, String> names = new HashMap<>();
    receivers.forEach(
        (receiver, channels) -> channels.forEach(each -> names.put(each.name(), receiver)));
    return names;
  }

  /** The channel with this name of its deliveries; null if it is not configured any more. */
  public @Nullable Integration integration(String name) {
    for (List<Integration> channels : receivers.values()) {
      for (Integration channel : channels) {
        if (channel.name().equals(name)) {
          return channel;
        }
      }
    }
    return null;
  }

  /** The node of the tree with this key; null if there is none. */
  public @Nullable Route route(String key) {
    return root.find(key);
  }

  /** The policy of an alert. */
  public AlertPolicy policy(Map<String, String> labels) {
    return policies.stream()
        .filter(policy -> policy.selects(labels))
        .findFirst()
        .orElse(AlertPolicy.IMMEDIATE);
  }

  /** Whether the route notifies of nothing at a time because of its time intervals. */
  public boolean isMuted(RouteOptions route, Instant time) {
    return isIn(route.muteTimeIntervals(), time)
        || (!route.activeTimeIntervals().isEmpty() && !isIn(route.activeTimeIntervals(), time));
  }

  private boolean isIn(List<String> names, Instant time) {
    return names.stream()
        .flatMap(name -> timeIntervals.getOrDefault(name, List.of()).stream())
        .anyMatch(interval -> interval.contains(time));
  }
}
