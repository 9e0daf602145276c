package io.tracetide.schemas.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingThresholdTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ot=th:8|2",
        "ot=th:c|4",
        "ot=th:0|1",
        "ot=th:fd70a4|100.00",
        "ot=rv:1;th:8|2",
        "vendor=th:c, ot=th:8|2",
        "ot=p:8;r:62|1",
        "ot=th:|1",
        "ot=th:xyz|1",
        "ot=th:123456789abcdef|1",
        "not=th:8|1",
        "'ot=th:8;'|2",
        "''|1"
      })
  void shouldReadTheWeightFromTheTraceState(String traceState, double weight) {
    assertThat(SamplingThreshold.weight(traceState)).isCloseTo(weight, within(1e-3));
  }
}
