package io.tracetide.alert.decision;

import io.tracetide.alert.route.LabelMatcher;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** The receivers of an alert: those of the first route that matches, else the default ones. */
public record Routes(List<Route> routes, List<String> defaultReceivers) {
  public Routes {
    routes = List.copyOf(routes);
    defaultReceivers = distinct(defaultReceivers);
  }

  public List<String> receiversOf(Map<String, String> labels) {
    return routes.stream()
        .filter(route -> route.matches(labels))
        .findFirst()
        .map(Route::receivers)
        .orElse(defaultReceivers);
  }

  private static List<String> distinct(List<String> receivers) {
    return List.copyOf(new LinkedHashSet<>(receivers));
  }

  /** Alerts that all of {@code matchers} select go to {@code receivers}. */
  public record Route(List<LabelMatcher> matchers, List<String> receivers) {
    public Route {
      matchers = List.copyOf(matchers);
      receivers = distinct(receivers);
    }

    boolean matches(Map<String, String> labels) {
      return matchers.stream().allMatch(matcher -> matcher.matches(labels));
    }
  }
}
