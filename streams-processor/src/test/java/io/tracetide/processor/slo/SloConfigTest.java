package io.tracetide.processor.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.ProcessorConfig;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigReader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SloConfigTest {

  @Test
  void shouldReadObjectives() {
    SloConfig slo =
        read("""
        slo:
          objectives:
            - { name: available, target: 99.95, service: checkout }
            - { name: fast, target: 95, slowerThan: 300ms, operation: "POST ?*", minEvents: 50 }
        """)
            .slo();

    assertThat(slo.objectives())
        .containsExactly(
            ObjectiveConfig.of("available", 99.95).on("*", "checkout", "*"),
            new ObjectiveConfig(
                "fast", 95, Optional.of(Duration.ofMillis(300)), "*", "*", "POST ?*", 50, 3, 5));
    assertThat(slo.maxSeries()).isEqualTo(5_000);
  }

  @Test
  void shouldEvaluateNothingByDefault() {
    assertThat(new BurnRateDetector(ProcessorConfig.defaults().slo()).isActive()).isFalse();
  }

  @Test
  void shouldReportEveryProblemAtOnceWithItsPlace() {
    String yaml =
        """
        slo:
          updateEvery: 0
          objectives:
            - { name: " ", target: 100, minBad: 1 }
            - { target: 99.9, slowerThan: 0s, quietWindows: 0 }
            - { name: a, target: 99, minEvents: 0, service: "" }
            - { name: b, targt: 99 }
        """;

    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("slo.updateEvery: got \"0\", expected a whole number from 1")
        .hasMessageContaining("slo.objectives[0].name")
        .hasMessageContaining(
            "slo.objectives[0].target: got \"100.0\", expected a number from 50.0")
        .hasMessageContaining("slo.objectives[0].minBad: got \"1\", expected a whole number from 2")
        .hasMessageContaining("slo.objectives[1].name")
        .hasMessageContaining("slo.objectives[1].slowerThan")
        .hasMessageContaining("slo.objectives[1].quietWindows")
        .hasMessageContaining("slo.objectives[2].minEvents")
        .hasMessageContaining("slo.objectives[2].service")
        .hasMessageContaining("slo.objectives[3].targt")
        .hasMessageContaining("target");
  }

  @Test
  void shouldRejectTwoObjectivesOfOneName() {
    String yaml = "slo: { objectives: [{ name: a, target: 99 }, { name: a, target: 95 }] }";

    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("slo.objectives")
        .hasMessageContaining("names that are all different");
  }

  private static ProcessorConfig read(String yaml) {
    return ConfigReader.parse(yaml, ProcessorConfig.defaults(), Map.of());
  }
}
