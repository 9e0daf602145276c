package io.tracetide.alert.config;

import io.tracetide.alert.route.InhibitRule;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import java.util.List;
import java.util.Set;

/**
 * A rule by which firing alerts mute others.
 *
 * @param sourceMatchers select the alerts that mute
 * @param targetMatchers select the alerts that are muted
 * @param equal labels of which both have the same values; an absent label has the empty value
 */
public record InhibitRuleConfig(
    @Required List<String> sourceMatchers,
    @Required List<String> targetMatchers,
    List<String> equal) {

  public InhibitRuleConfig {
    sourceMatchers = List.copyOf(sourceMatchers);
    targetMatchers = List.copyOf(targetMatchers);
    equal = List.copyOf(equal);
    Checks checks =
        Checks.check()
            .that(!sourceMatchers.isEmpty(), "sourceMatchers", "[]", "at least one matcher")
            .that(!targetMatchers.isEmpty(), "targetMatchers", "[]", "at least one matcher");
    MatcherList.check(checks, "sourceMatchers", sourceMatchers);
    MatcherList.check(checks, "targetMatchers", targetMatchers);
    checks.done();
  }

  static InhibitRuleConfig defaults() {
    return new InhibitRuleConfig(List.of("a=b"), List.of("a=c"), List.of());
  }

  /** The rule. */
  public InhibitRule toRule() {
    return new InhibitRule(
        MatcherList.parse(sourceMatchers), MatcherList.parse(targetMatchers), Set.copyOf(equal));
  }
}
