package io.tracetide.alert.route;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * When alerts begin and end for their receivers.
 *
 * @param matchers all of which must select the alert
 * @param pendingFor how long an alert must last before it fires
 * @param recoverFor how long an alert must be over before it is resolved; it continues if it fires
 *     again meanwhile
 */
public record AlertPolicy(List<LabelMatcher> matchers, Duration pendingFor, Duration recoverFor) {

  /** Alerts fire and are resolved at once. */
  public static final AlertPolicy IMMEDIATE =
      new AlertPolicy(List.of(), Duration.ZERO, Duration.ZERO);

  public AlertPolicy {
    matchers = List.copyOf(matchers);
  }

  boolean selects(Map<String, String> labels) {
    return matchers.stream().allMatch(matcher -> matcher.matches(labels));
  }
}
