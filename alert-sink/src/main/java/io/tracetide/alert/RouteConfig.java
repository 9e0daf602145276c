package io.tracetide.alert;

import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.runtime.config.Checks;
import java.util.List;

/**
 * A route: selects the receivers of alerts.
 *
 * @param matchers all of which must select the alert, in Alertmanager's syntax: {@code
 *     severity=~"high|critical"}
 * @param receivers receivers that are notified
 */
public record RouteConfig(List<String> matchers, List<String> receivers) {

  public RouteConfig {
    matchers = List.copyOf(matchers);
    receivers = List.copyOf(receivers);
    Checks checks =
        Checks.check().that(!receivers.isEmpty(), "receivers", "[]", "at least one receiver");
    for (int i = 0; i < matchers.size(); i++) {
      try {
        LabelMatcher.parse(matchers.get(i));
      } catch (IllegalArgumentException e) {
        checks.that(
            false,
            "matchers[" + i + "]",
            matchers.get(i),
            "a matcher such as service=checkout or severity=~\"high|critical\" ("
                + e.getMessage()
                + ")");
      }
    }
    checks.done();
  }

  List<LabelMatcher> parsedMatchers() {
    return matchers.stream().map(LabelMatcher::parse).toList();
  }
}
