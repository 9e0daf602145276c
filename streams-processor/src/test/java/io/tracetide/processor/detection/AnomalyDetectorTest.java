package io.tracetide.processor.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.detection.OutlierEngines;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.MemoryOutput;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnomalyDetectorTest extends LearnedDetectorContractTest {

  @Override
  Watch watch() {
    return new Taken(DetectionConfig.defaults().withEngine(OutlierEngines.DEFAULT));
  }

  @Test
  void shouldExplainWhichFeatureDeviatesFromWhat() {
    Traffic traffic = new Traffic(21, 100, 95, 0.004);

    Finding finding =
        run(watch(), 320, w -> w >= 300 ? traffic.window(1, 4, 0.004) : traffic.usual()).get(0);

    assertThat(finding.observed().get("p95_ms"))
        .isGreaterThan(2.5 * finding.expected().get("p95_ms"));
    assertThat(finding.expected().get("p95_ms"))
        .isBetween(finding.expected().get("p95_ms_low"), finding.expected().get("p95_ms_high"));
    assertThat(finding.observed()).containsKeys("throughput_per_sec", "error_rate_percent");
    assertThat(finding.contributions().get("p95_ms")).isGreaterThan(0.5);
    assertThat(finding.contributions().values().stream().mapToDouble(d -> d).sum())
        .isCloseTo(1, within(1e-9));
    assertThat(finding.change().episode().severity()).isGreaterThanOrEqualTo(Severity.HIGH);
  }

  @Test
  void shouldAcceptALastingChangeOfLevelAsTheNewNormal() {
    Traffic traffic = new Traffic(22, 100, 95, 0.004);

    List<Finding> findings =
        run(watch(), 700, w -> w >= 300 ? traffic.window(1, 3, 0.004) : traffic.usual());

    assertThat(openedIn(findings)).isEqualTo(1);
    assertThat(findings.get(findings.size() - 1).startMs())
        .isBetween(START_MS + 400 * WINDOW_MS, START_MS + 500 * WINDOW_MS);
  }

  @Test
  void shouldShowHowFarASeriesHasWarmedUp() {
    Taken taken = new Taken(DetectionConfig.defaults().withEngine(OutlierEngines.DEFAULT));
    Traffic traffic = new Traffic(23, 100, 95, 0.004);

    run(taken, 30, w -> traffic.usual());

    assertThat(taken.latest(PAY).age()).isEqualTo(30);
  }

  @Test
  void shouldForgetEverythingAfterALongGap() {
    Taken taken = new Taken(DetectionConfig.defaults().withEngine(OutlierEngines.DEFAULT));
    Traffic traffic = new Traffic(24, 100, 95, 0.004);
    run(taken, 30, w -> traffic.usual());

    taken.observe(PAY, traffic.window(1, 10, 0.5));
    List<Finding> findings = taken.complete(START_MS + Duration.ofHours(2).toMillis());

    assertThat(findings).isEmpty();
    assertThat(taken.latest(PAY).age()).isEqualTo(1);
  }

  @Test
  void shouldIgnoreAWindowThatItHasJudgedBefore() {
    Taken taken = new Taken(DetectionConfig.defaults().withEngine(OutlierEngines.DEFAULT));
    Traffic traffic = new Traffic(25, 100, 95, 0.004);
    run(taken, 30, w -> traffic.usual());

    taken.observe(PAY, traffic.usual());
    taken.complete(START_MS + 29 * WINDOW_MS);

    assertThat(taken.latest(PAY).age()).isEqualTo(30);
  }

  @Test
  void shouldReadBackEveryRowItWrites() {
    FeatureRow row = new FeatureRow(240, true, true, Float.NaN, 3.25f, 0.5f, 0.004f);

    assertThat(FeatureRow.decode(row.encode())).isEqualTo(row);
  }

  /** A detector with its output, from which it is restored. */
  private static final class Taken implements Watch {

    private final DetectionConfig config;
    private final MemoryOutput output = new MemoryOutput();
    private AnomalyDetector detector;

    Taken(DetectionConfig config) {
      this.config = config;
      this.detector = new AnomalyDetector(config, Duration.ofMillis(WINDOW_MS), Duration.ZERO);
    }

    @Override
    public void observe(SeriesId series, WindowFeatures features) {
      detector.observe(series, features);
    }

    @Override
    public List<Finding> complete(long startMs) {
      int before = output.findings().size();
      detector.complete(startMs, RecentWindows.NONE, output);
      return List.copyOf(output.findings().subList(before, output.findings().size()));
    }

    @Override
    public void crash() {
      detector =
          output.restored(new AnomalyDetector(config, Duration.ofMillis(WINDOW_MS), Duration.ZERO));
    }

    FeatureRow latest(SeriesId series) {
      return FeatureRow.decode(output.latestRow(series));
    }
  }
}
