package io.tracetide.processor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.Severity;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class SeverityScoringTest {

  @Property
  void shouldRiseWithTheScoreAndStayBelowOne(
      @ForAll @DoubleRange(min = 0, max = 20) double score,
      @ForAll @DoubleRange(min = 0, max = 20) double more) {
    double confidence = SeverityScoring.confidence(score, 1.2);

    assertThat(confidence).isBetween(0.0, 1.0);
    assertThat(SeverityScoring.confidence(score + more, 1.2)).isGreaterThanOrEqualTo(confidence);
  }

  @Test
  void shouldBeEightTenthsSureOfWhatJustOpens() {
    assertThat(SeverityScoring.confidence(1.2, 1.2)).isEqualTo(0.8);
  }

  @Test
  void shouldWeighSizeAndShareOfTraffic() {
    assertThat(SeverityScoring.severity(0.95, 1, 1)).isEqualTo(Severity.CRITICAL);
    assertThat(SeverityScoring.severity(0.95, 0.75, 0.05)).isEqualTo(Severity.HIGH);
    assertThat(SeverityScoring.severity(0.85, 0.5, 0.1)).isEqualTo(Severity.MEDIUM);
    assertThat(SeverityScoring.severity(0.8, 0.2, 0.1)).isEqualTo(Severity.LOW);
  }
}
