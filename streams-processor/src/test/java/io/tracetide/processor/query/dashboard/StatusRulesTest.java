package io.tracetide.processor.query.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.query.dashboard.StatusRules.Evidence;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusRulesTest {
  @ParameterizedTest
  @CsvSource({
    "100,  0,    0,  240, HEALTHY",
    "100,  4.9,  0,  240, HEALTHY",
    "100,  5,    0,  240, DEGRADED",
    "100,  50,   0,  240, CRITICAL",
    "19,   100,  0,  240, HEALTHY",
    "20,   100,  0,  240, CRITICAL",
    "0,    0,    59, 240, HEALTHY",
    "0,    0,    60, 240, SILENT",
    "0,    0,    60, 3,   SILENT",
    "100,  0,    0,  239, WARMING_UP",
    "100,  6,    0,  3,   DEGRADED",
  })
  void shouldLetTheFirstRuleDecide(
      long count, double errorPercent, long quietSeconds, int windows, ServiceStatus status) {
    Evidence evidence =
        new Evidence(Map.of(), 0, count, errorPercent, Duration.ofSeconds(quietSeconds), windows);

    assertThat(StatusRules.withWarmUp(240).judge(evidence).status()).isEqualTo(status);
  }

  @Test
  void shouldCallAServiceDegradedWhenATraceIsStuck() {
    Evidence evidence = new Evidence(Map.of(), 3, 0, 0, Duration.ofMinutes(5), 240);

    assertThat(StatusRules.withWarmUp(240).judge(evidence))
        .isEqualTo(new StatusRules.Verdict(ServiceStatus.DEGRADED, "Stuck traces: 3."));
  }
}
