package io.tracetide.processor.slo;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import java.util.Map;

/**
 * The burn rates of one pair of windows, as evidence of an episode and as a finding.
 *
 * @param window the minute at whose end both windows end
 */
record PairResult(
    Objective objective, SeriesId series, WindowPair pair, BurnRates rates, TierWindow window) {

  /** The peak of an episode is the minute with the greatest burn rate of the long window. */
  Evidence evidence(Exemplars traces) {
    if (!rates.firing()) {
      return Evidence.CALM;
    }
    return Evidence.breach(
        objective.kind(),
        pair.severity(),
        1,
        rates.ofLong(),
        rates.ofLong(),
        new Snapshot(
            window.startMs(), window.endMs(), observed(), expected(), contributions(), traces));
  }

  Finding finding(Change.Reported change) {
    return new Finding(
        Detector.BURN_RATE,
        series,
        change,
        objective.rule(pair),
        window.startMs(),
        window.endMs(),
        observed(),
        expected(),
        contributions(),
        BurnSentence.of(objective, series, pair, change, rates));
  }

  private Map<String, Double> observed() {
    return Map.of(ofLong(), rates.ofLong(), ofShort(), rates.ofShort());
  }

  private Map<String, Double> expected() {
    return Map.of(ofLong(), pair.factor(), ofShort(), pair.factor());
  }

  private Map<String, Double> contributions() {
    return Map.of(ofLong(), 1.0);
  }

  private String ofLong() {
    return "burn_rate_" + WindowPair.text(pair.longWindow());
  }

  private String ofShort() {
    return "burn_rate_" + WindowPair.text(pair.shortWindow());
  }
}
