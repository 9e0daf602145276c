package io.tracetide.processor.rule;

import io.tracetide.processor.anomaly.DetectorContractTest;
import io.tracetide.processor.anomaly.WindowDetector;

class RuleEvaluatorContractTest extends DetectorContractTest {

  @Override
  protected WindowDetector create() {
    return new RuleEvaluator(RulesConfig.defaults(), tier().size());
  }
}
