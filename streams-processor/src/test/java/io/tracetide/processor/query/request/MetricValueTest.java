package io.tracetide.processor.query.request;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class MetricValueTest {
  @Test
  void shouldBeNullForNotANumber() {
    assertThat(MetricValue.exact(Double.NaN)).isNull();
    assertThat(MetricValue.estimated(Double.POSITIVE_INFINITY)).isNull();
    assertThat(MetricValue.exact(-0.0)).isZero();
  }

  @Test
  void shouldKeepExactMicroseconds() {
    assertThat(MetricValue.exactMillis(1)).isEqualTo(0.001);
    assertThat(MetricValue.exactMillis(86_399_999_999.0)).isEqualTo(86_399_999.999);
    assertThat(MetricValue.exact(0.1 + 0.2)).isEqualTo(0.3);
  }

  @Property
  void shouldStayWithinTheErrorOfTheSketch(
      @ForAll @DoubleRange(min = -6, max = 15) double exponent) {
    double value = Math.pow(10, exponent);
    assertThat(MetricValue.estimated(value)).isCloseTo(value, Percentage.withPercentage(0.001));
  }
}
