package io.tracetide.processor.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnomalyDetectorTest extends DetectorContractTest {

  @Override
  Watch watch() {
    return new Taken(DetectionConfig.defaults());
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
    Taken taken = new Taken(DetectionConfig.defaults());
    Traffic traffic = new Traffic(23, 100, 95, 0.004);

    run(taken, 30, w -> traffic.usual());

    assertThat(taken.latest.get(PAY).age()).isEqualTo(30);
  }

  @Test
  void shouldForgetEverythingAfterALongGap() {
    Taken taken = new Taken(DetectionConfig.defaults());
    Traffic traffic = new Traffic(24, 100, 95, 0.004);
    run(taken, 30, w -> traffic.usual());

    taken.observe(PAY, traffic.window(1, 10, 0.5));
    List<Finding> findings = taken.complete(START_MS + Duration.ofHours(2).toMillis());

    assertThat(findings).isEmpty();
    assertThat(taken.latest.get(PAY).age()).isEqualTo(1);
  }

  @Test
  void shouldIgnoreAWindowThatItHasJudgedBefore() {
    Taken taken = new Taken(DetectionConfig.defaults());
    Traffic traffic = new Traffic(25, 100, 95, 0.004);
    run(taken, 30, w -> traffic.usual());

    taken.observe(PAY, traffic.usual());
    taken.complete(START_MS + 29 * WINDOW_MS);

    assertThat(taken.latest.get(PAY).age()).isEqualTo(30);
  }

  @Test
  void shouldReadBackEveryRowItWrites() {
    FeatureRow row = new FeatureRow(240, true, true, Float.NaN, 3.25f, 0.5f, 0.004f);

    assertThat(FeatureRow.decode(row.encode())).isEqualTo(row);
  }

  /** A detector with its journal, from which it is made anew. */
  private static final class Taken implements Watch, Journal {

    private record Row(SeriesId series, long startMs, FeatureRow row) {}

    private final DetectionConfig config;
    private final List<Row> rows = new ArrayList<>();
    private final Map<SeriesId, Episode> episodes = new HashMap<>();
    private final Map<SeriesId, FeatureRow> latest = new HashMap<>();
    private List<Finding> findings = new ArrayList<>();
    private AnomalyDetector detector;

    Taken(DetectionConfig config) {
      this.config = config;
      this.detector = new AnomalyDetector(config, Duration.ofMillis(WINDOW_MS));
    }

    @Override
    public void observe(SeriesId series, WindowFeatures features) {
      detector.observe(series, features);
    }

    @Override
    public List<Finding> complete(long startMs) {
      findings = new ArrayList<>();
      detector.complete(startMs, this);
      return findings;
    }

    @Override
    public void crash() {
      detector = new AnomalyDetector(config, Duration.ofMillis(WINDOW_MS));
      rows.stream()
          .skip(Math.max(0, rows.size() - 3L * (config.memory() + 1)))
          .forEach(
              r -> detector.restore(r.series(), r.startMs(), FeatureRow.decode(r.row().encode())));
      detector.restored();
      episodes.forEach(detector::restore);
    }

    @Override
    public void row(SeriesId series, long startMs, FeatureRow row) {
      rows.add(new Row(series, startMs, row));
      latest.put(series, row);
    }

    @Override
    public void episode(SeriesId series, Episode episode) {
      if (episode.equals(Episode.QUIET)) {
        episodes.remove(series);
      } else {
        episodes.put(series, episode);
      }
    }

    @Override
    public void finding(Finding finding) {
      findings.add(finding);
    }
  }
}
