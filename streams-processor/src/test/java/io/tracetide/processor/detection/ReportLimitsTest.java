package io.tracetide.processor.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.AnomalyKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReportLimitsTest {

  @Test
  void shouldAllowEverythingByDefault() {
    ReportLimits limits = DetectionConfig.defaults().reportLimits();

    assertThat(limits.allow(AnomalyKind.LATENCY, 1, 0)).isTrue();
    assertThat(limits.allow(AnomalyKind.THROUGHPUT, Double.NaN, 0)).isTrue();
  }

  @Test
  void shouldIgnoreOnlyLatenciesBelowTheLimit() {
    ReportLimits limits = new ReportLimits(Duration.ofMillis(50), 0);

    assertThat(limits.allow(AnomalyKind.LATENCY, 49_999, 10)).isFalse();
    assertThat(limits.allow(AnomalyKind.LATENCY, 50_000, 10)).isTrue();
    assertThat(limits.allow(AnomalyKind.ERROR_RATE, 10, 10)).isTrue();
    assertThat(limits.allow(AnomalyKind.THROUGHPUT, Double.NaN, 10)).isTrue();
  }

  @Test
  void shouldIgnoreOperationsWithLittleTraffic() {
    ReportLimits limits = new ReportLimits(Duration.ZERO, 5);

    assertThat(limits.allow(AnomalyKind.ERROR_RATE, 10, 4.9)).isFalse();
    assertThat(limits.allow(AnomalyKind.ERROR_RATE, 10, 5)).isTrue();
  }

  @Test
  void shouldRefuseLimitsOutOfRange() {
    DetectionConfig defaults = DetectionConfig.defaults();

    assertThatThrownBy(() -> defaults.withLimits(new ReportLimits(Duration.ofHours(2), 0)))
        .hasMessageContaining("ignoreBelow");
    assertThatThrownBy(() -> defaults.withLimits(new ReportLimits(Duration.ZERO, -1)))
        .hasMessageContaining("minTraffic");
  }
}
