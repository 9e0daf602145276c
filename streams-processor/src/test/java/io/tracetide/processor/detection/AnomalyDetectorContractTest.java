package io.tracetide.processor.detection;

import io.tracetide.detection.OutlierEngines;
import io.tracetide.processor.anomaly.DetectorContractTest;
import io.tracetide.processor.anomaly.WindowDetector;
import java.time.Duration;

class AnomalyDetectorContractTest extends DetectorContractTest {

  @Override
  protected WindowDetector create() {
    return new AnomalyDetector(
        DetectionConfig.defaults().withEngine(OutlierEngines.DEFAULT),
        tier().size(),
        Duration.ZERO);
  }
}
