package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.rule.Bound;
import io.tracetide.processor.rule.RuleConfig;
import io.tracetide.processor.rule.RulesConfig;
import io.tracetide.processor.workflow.TraceRule;
import io.tracetide.runtime.config.Checks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Compiles contracts into a judge of single traces, and into rules on windows.
 *
 * <p>A breach remains until the trace is removed from the state. So a trace of which all events
 * arrive after it has ended gets the same breaches as one that was followed.
 */
public final class Contracts {

  private Contracts() {}

  /** A judge of single traces by the contracts. */
  public static TraceJudge of(List<ContractConfig> contracts) {
    return TraceRule.judgeOf(contracts.stream().map(Contract::new).toList());
  }

  /** Checks that names are unique among contracts and rules, and that no contract is empty. */
  public static void check(List<ContractConfig> contracts, RulesConfig rules, Checks checks) {
    List<String> names = contracts.stream().map(ContractConfig::name).toList();
    checks.that(
        new HashSet<>(names).size() == names.size(),
        "contracts",
        names,
        "names that are all different");
    for (int i = 0; i < contracts.size(); i++) {
      checks.that(
          hasClause(contracts.get(i)),
          "contracts[" + i + "]",
          contracts.get(i).name(),
          "at least one clause, such as steps, maxLatencyMs or maxErrorRate");
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

  private static boolean hasClause(ContractConfig contract) {
    return !Contract.clauses(contract).isEmpty() || !rules(List.of(contract)).isEmpty();
  }

  /** The rules on windows that follow from {@code minThroughput} and {@code maxErrorRate}. */
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
