package io.tracetide.alert.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Builds routing trees: gives each node what it inherits, and a key.
 *
 * <p>The key is that of Alertmanager. There, siblings with the same matchers have the same key;
 * here, the second gets the suffix {@code #2}, and so on.
 */
public final class RouteTree {

  private RouteTree() {}

  /**
   * The tree of a root, which must have a receiver.
   *
   * @param groupBy of a root that has none
   */
  public static Route of(RouteSpec root, GroupBy groupBy) {
    String receiver =
        root.receiver().orElseThrow(() -> new IllegalArgumentException("the root has no receiver"));
    RouteOptions defaults =
        new RouteOptions(receiver, groupBy, Timing.DEFAULT, List.of(), List.of(), List.of());
    return node(root, defaults, keyOf(root));
  }

  private static Route node(RouteSpec spec, RouteOptions parent, String key) {
    RouteOptions options =
        new RouteOptions(
            spec.receiver().orElse(parent.receiver()),
            spec.groupBy().orElse(parent.groupBy()),
            spec.timing().over(parent.timing()),
            spec.muteTimeIntervals(),
            spec.activeTimeIntervals(),
            spec.escalation().orElse(parent.escalation()));
    List<Route> children = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (RouteSpec child : spec.routes()) {
      String matchers = keyOf(child);
      int count = seen.merge(matchers, 1, Integer::sum);
      String childKey = key + "/" + matchers + (count == 1 ? "" : "#" + count);
      children.add(node(child, options, childKey));
    }
    return new Route(key, spec.matchers(), options, spec.continues(), children);
  }

  private static String keyOf(RouteSpec spec) {
    return spec.matchers().stream()
        .sorted(LabelMatcher.ORDER)
        .map(LabelMatcher::toString)
        .collect(Collectors.joining(",", "{", "}"));
  }
}
