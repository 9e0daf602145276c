package io.tracetide.processor.slo;

import io.tracetide.processor.anomaly.DetectorContractTest;
import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.window.WindowTier;
import java.time.Duration;

class BurnRateDetectorContractTest extends DetectorContractTest {

  @Override
  protected WindowTier tier() {
    return WindowTier.MINUTE;
  }

  @Override
  protected WindowDetector create() {
    return new BurnRateDetector(
        SloConfig.of(
            ObjectiveConfig.of("available", 99),
            ObjectiveConfig.of("fast", 95)
                .withSlowerThan(Duration.ofMillis(250))
                .on("*", "*", "?*")));
  }
}
