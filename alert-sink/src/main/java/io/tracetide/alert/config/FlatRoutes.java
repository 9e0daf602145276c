package io.tracetide.alert.config;

import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.route.RouteSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The routing tree of a list of routes each of which has several receivers, and of which the first
 * that matches is used: a route becomes one child of the root for each of its receivers, all but
 * the last of which continue.
 */
public final class FlatRoutes {
  private final List<RouteSpec> children = new ArrayList<>();

  /** Adds a route after the others. */
  public FlatRoutes add(List<LabelMatcher> matchers, List<String> receivers) {
    List<String> distinct = List.copyOf(new LinkedHashSet<>(receivers));
    for (int i = 0; i < distinct.size(); i++) {
      children.add(RouteSpec.to(distinct.get(i), matchers, i < distinct.size() - 1, List.of()));
    }
    return this;
  }

  /** The tree, with the receivers of the alerts that no route selects. */
  public RouteSpec toTree(List<String> defaultReceivers) {
    List<String> distinct = List.copyOf(new LinkedHashSet<>(defaultReceivers));
    if (distinct.size() > 1) {
      add(List.of(), distinct);
    }
    return RouteSpec.to(distinct.get(0), List.of(), false, children);
  }
}
