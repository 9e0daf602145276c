package io.tracetide.alert.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusDurationTest {

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "0s, PT0S",
    "324ms, PT0.324S",
    "3s, PT3S",
    "1d12h, PT36H",
    "1h30m10s5ms, PT1H30M10.005S",
    "1w, PT168H",
    "1y, PT8760H"
  })
  void shouldReadUnitsFromTheLongestToTheShortest(String text, Duration duration) {
    assertThat(PrometheusDuration.parse(text)).contains(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1y1m1d", "-1w", "1.5d", "d", "294y 1s", "30 s"})
  void shouldRefuseOtherTexts(String text) {
    assertThat(PrometheusDuration.parse(text)).isEmpty();
  }

  @Test
  void shouldRefuseTheEmptyText() {
    assertThat(PrometheusDuration.parse("")).isEmpty();
  }
}
