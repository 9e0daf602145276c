package io.tracetide.alert.config;

import io.tracetide.alert.route.AlertPolicy;
import io.tracetide.runtime.config.Checks;
import java.time.Duration;
import java.util.List;

/**
 * When alerts begin and end for their receivers.
 *
 * @param matchers all of which must select the alert; none for every alert
 * @param pendingFor how long an alert must last before it fires
 * @param recoverFor how long an alert must be over before it is resolved
 */
public record PolicyConfig(List<String> matchers, Duration pendingFor, Duration recoverFor) {
  private static final Duration LONGEST = Duration.ofDays(1);

  public PolicyConfig {
    matchers = List.copyOf(matchers);
    Checks checks =
        Checks.check()
            .range("pendingFor", pendingFor, Duration.ZERO, LONGEST)
            .range("recoverFor", recoverFor, Duration.ZERO, LONGEST);
    MatcherList.check(checks, "matchers", matchers);
    checks.done();
  }

  static PolicyConfig defaults() {
    return new PolicyConfig(List.of(), Duration.ZERO, Duration.ZERO);
  }

  /** The policy. */
  public AlertPolicy toPolicy() {
    return new AlertPolicy(MatcherList.parse(matchers), pendingFor, recoverFor);
  }
}
