package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.rule.Bound;
import io.tracetide.processor.rule.RuleConfig;
import io.tracetide.processor.rule.RulesConfig;
import io.tracetide.runtime.config.Checks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Holds contracts against single traces, and makes rules on windows of what they say of many.
 *
 * <p>A breach is of the trace, not of the moment: what has been broken stays broken until the trace
 * is forgotten, so that a trace that is heard of all at once, when it has ended, gets the same
 * breaches as one that was followed.
 */
public final class Contracts {

  private Contracts() {}

  /** Judges single traces by them. */
  public static TraceJudge of(List<ContractConfig> contracts) {
    return TraceRule.judgeOf(contracts.stream().map(Contract::new).toList());
  }

  /** Checks what contracts get wrong together, or with the rules that they are held beside. */
  public static void check(List<ContractConfig> contracts, RulesConfig rules, Checks checks) {
    List<String> names = contracts.stream().map(ContractConfig::name).toList();
    checks.that(
        new HashSet<>(names).size() == names.size(),
        "contracts",
        names,
        "names that are all different");
    for (int i = 0; i < contracts.size(); i++) {
      checks.that(
          contracts.get(i).saysSomething(),
          "contracts[" + i + "]",
          contracts.get(i).name(),
          "a contract that says something: steps, requiredApprovers, requiredContext,"
              + " maxLatencyMs, deadline, maxSilence, minThroughput or maxErrorRate");
    }
    List<String> taken = rules.rules().stream().map(RuleConfig::name).toList();
    for (RuleConfig clause : rules(contracts)) {
      checks.that(
          !taken.contains(clause.name()),
          "contracts",
          clause.name(),
          "a contract whose clauses have other names than rules.rules");
    }
  }

  /** What contracts say of the windows of their operations. */
  public static List<RuleConfig> rules(List<ContractConfig> contracts) {
    List<RuleConfig> rules = new ArrayList<>();
    for (ContractConfig contract : contracts) {
      contract
          .minThroughput()
          .ifPresent(
              least ->
                  rules.add(
                      rule(
                          contract, "minThroughput", "throughput_per_sec", Bound.BELOW, least, 0)));
      contract
          .maxErrorRate()
          .ifPresent(
              most ->
                  rules.add(
                      rule(
                          contract,
                          "maxErrorRate",
                          "error_rate_percent",
                          Bound.ABOVE,
                          most,
                          contract.minCount())));
    }
    return List.copyOf(rules);
  }

  private static RuleConfig rule(
      ContractConfig contract,
      String clause,
      String metric,
      Bound bound,
      double threshold,
      long minCount) {
    return new RuleConfig(
        contract.name() + "." + clause,
        metric,
        bound,
        threshold,
        contract.forWindows(),
        RuleConfig.defaults().quietWindows(),
        contract.severity(),
        contract.match().tenant(),
        contract.match().service(),
        contract.match().operation(),
        minCount);
  }
}
