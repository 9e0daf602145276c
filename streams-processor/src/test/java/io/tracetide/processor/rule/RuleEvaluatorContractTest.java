package io.tracetide.processor.rule;

import io.tracetide.processor.anomaly.DetectorContractTest;
import io.tracetide.processor.anomaly.WindowDetector;
import java.time.Duration;
import java.util.List;

class RuleEvaluatorContractTest extends DetectorContractTest {

  @Override
  protected WindowDetector create() {
    return new RuleEvaluator(RulesConfig.defaults(), List.of(), tier().size(), Duration.ZERO);
  }
}
