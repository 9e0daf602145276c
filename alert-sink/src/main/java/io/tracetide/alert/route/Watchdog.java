package io.tracetide.alert.route;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The alert that always fires. Its receiver is notified of it in each interval; a service outside
 * that expects these notifications detects that they no longer arrive. It is decided as any other
 * alert and is on if the routing has its route, which {@link #in} adds as the first child of the
 * root.
 */
public final class Watchdog {
  /** The tenant of the alert. */
  public static final String TENANT = "default";

  /** The labels of the alert. */
  public static final Map<String, String> LABELS =
      Map.of(
          "alertname", "Watchdog",
          "monitor", "tracetide",
          "severity", "none",
          "tenant", TENANT);

  /** Ends the key of the route; keys of configured routes end with their matchers. */
  private static final String KEY = "/watchdog";

  private static final List<LabelMatcher> MATCHERS =
      List.of(
          LabelMatcher.parse("alertname=Watchdog"),
          LabelMatcher.parse("monitor=tracetide"),
          LabelMatcher.parse("tenant=" + TENANT));

  /**
   * A routing with the alert.
   *
   * @param receiver that is notified
   * @param interval between two notifications
   */
  public static Routing in(Routing routing, String receiver, Duration interval) {
    Route root = routing.root();
    List<Route> routes = new ArrayList<>();
    routes.add(route(root.key() + KEY, receiver, interval));
    routes.addAll(root.routes());
    List<AlertPolicy> policies = new ArrayList<>();
    policies.add(new AlertPolicy(MATCHERS, Duration.ZERO, Duration.ZERO));
    policies.addAll(routing.policies());
    return new Routing(
        new Route(root.key(), root.matchers(), root.options(), root.continues(), routes),
        routing.receivers(),
        routing.inhibitRules(),
        routing.timeIntervals(),
        policies);
  }

  private static Route route(String key, String receiver, Duration interval) {
    Timing timing = new Timing(Duration.ZERO, interval, interval, 1, interval);
    return new Route(
        key,
        MATCHERS,
        new RouteOptions(
            receiver, GroupBy.of("alertname", "tenant"), timing, List.of(), List.of(), List.of()),
        false,
        List.of());
  }

  /** Time between two notifications of the alert; empty if it is off. */
  public static Optional<Duration> interval(Routing routing) {
    @Nullable Route route = routing.route(routing.root().key() + KEY);
    return Optional.ofNullable(route).map(each -> each.options().timing().repeatInterval());
  }

  /** The same routing for the end of the alert, which no policy delays. */
  public static Routing withoutPolicies(Routing routing) {
    return new Routing(
        routing.root(),
        routing.receivers(),
        routing.inhibitRules(),
        routing.timeIntervals(),
        List.of());
  }

  /** Whether a key of a group is that of the alert's group. */
  public static boolean isGroup(String key) {
    return key.contains(KEY + ":{alertname=\"Watchdog\"");
  }

  private Watchdog() {}
}
