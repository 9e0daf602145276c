package io.tracetide.processor.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import org.junit.jupiter.api.Test;

class FingerprintTest {

  private static final SeriesId PAY = SeriesId.ofOperation("acme", "checkout", "POST /pay");

  @Test
  void shouldNeverChangeBecauseTheHistoryOfAlertsHangsOnIt() {
    assertThat(Fingerprint.of(PAY, Detector.ISOLATION_FOREST, AnomalyKind.LATENCY, ""))
        .isEqualTo("d866e39e0da2f7d3601826adff13992d");
  }

  @Test
  void shouldDistinguishNamesWithTheSameConcatenation() {
    SeriesId one = SeriesId.ofOperation("a", "bc", "d");
    SeriesId other = SeriesId.ofOperation("ab", "c", "d");

    assertThat(Fingerprint.of(one, Detector.THRESHOLD, AnomalyKind.LATENCY, "slow"))
        .isNotEqualTo(Fingerprint.of(other, Detector.THRESHOLD, AnomalyKind.LATENCY, "slow"));
  }

  @Test
  void shouldDistinguishRulesOnTheSameSeries() {
    assertThat(Fingerprint.of(PAY, Detector.THRESHOLD, AnomalyKind.LATENCY, "slow"))
        .isNotEqualTo(Fingerprint.of(PAY, Detector.THRESHOLD, AnomalyKind.LATENCY, "very slow"));
  }
}
