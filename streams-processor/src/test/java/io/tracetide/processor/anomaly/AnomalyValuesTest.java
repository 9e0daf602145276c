package io.tracetide.processor.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnomalyValuesTest {

  @ParameterizedTest
  @CsvSource({
    "0.0854,85.4 µs",
    "0.5,500 µs",
    "12.34,12.3 ms",
    "411.7,412 ms",
    "999.9,1 s",
    "1250,1.25 s",
    "62000,62 s"
  })
  void shouldChooseAUnitThatFits(double millis, String text) {
    assertThat(AnomalyValues.millis(millis)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "0.4,0.4", "12.3,12.3", "10,10", "100,100", "1234567,1234567", "0.0001,0"})
  void shouldKeepThreeDigitsAndNoTrailingZeros(double value, String text) {
    assertThat(AnomalyValues.number(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "50000,50 s",
    "60000,1 min",
    "260000,4 min 20 s",
    "3600000,1 h",
    "11100000,3 h 5 min"
  })
  void shouldFormatLongDurations(long millis, String text) {
    assertThat(AnomalyValues.lasting(millis)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "31000000,30000000,'31 s, at most 30 s is allowed'",
    "20110000,20000000,'20.1 s, at most 20 s is allowed'",
    "20004000,20000000,'20.004 s, at most 20 s is allowed'",
    "5000001,5000000,'5.000001 s, at most 5 s is allowed'",
    "300200,300000,'300.2 ms, at most 300 ms is allowed'",
    "80900000,80000000,'1 min 20.9 s, at most 1 min 20 s is allowed'",
    "11145000000,11130000000,'3 h 5 min 45 s, at most 3 h 5 min 30 s is allowed'"
  })
  void shouldShowThatADurationIsAboveItsLimit(long micros, long limitMicros, String text) {
    assertThat(AnomalyValues.overLimit(micros, limitMicros)).isEqualTo(text);
  }

  @Test
  void shouldFormatAMissingValueAsUnknown() {
    assertThat(AnomalyValues.millis(Double.NaN)).isEqualTo("unknown");
  }
}
