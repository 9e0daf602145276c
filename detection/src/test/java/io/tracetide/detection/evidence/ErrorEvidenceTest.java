package io.tracetide.detection.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ErrorEvidenceTest {

  @Test
  void shouldBeTheSignedRootOfThePoissonDeviance() {
    assertThat(ErrorEvidence.deviance(10, 2))
        .isCloseTo(Math.sqrt(2 * (10 * Math.log(5) - 8)), within(1e-12))
        .isCloseTo(4.0235, within(1e-4));
    assertThat(ErrorEvidence.deviance(0, 2)).isEqualTo(-2);
    assertThat(ErrorEvidence.deviance(3, 3)).isZero();
  }

  @Test
  void shouldStartFromTwoErrorsInAThousandSpans() {
    assertThat(new ErrorEvidence().rate()).isEqualTo(0.002);
  }

  @Test
  void shouldAddUpAFewErrorsOfSeveralWindows() {
    ErrorEvidence evidence = new ErrorEvidence();
    for (int i = 0; i < 500; i++) {
      evidence.add(50, 0, true);
    }

    double first = evidence.add(50, 1, false);
    double second = evidence.add(50, 1, false);
    double third = evidence.add(50, 1, false);

    assertThat(second).isGreaterThan(first);
    assertThat(third).isGreaterThan(second);
    assertThat(evidence.bestLength()).isEqualTo(3);
  }

  @Test
  void shouldNotLearnFromABurst() {
    ErrorEvidence evidence = new ErrorEvidence();
    for (int i = 0; i < 500; i++) {
      evidence.add(100, 0, true);
    }
    double before = evidence.rate();

    assertThat(evidence.add(100, 30, true)).isGreaterThan(ErrorEvidence.FREEZE);
    assertThat(evidence.rate()).isEqualTo(before);
  }

  @Test
  void shouldApproachTheRateOfErrors() {
    ErrorEvidence evidence = new ErrorEvidence();
    for (int i = 0; i < 4_000; i++) {
      evidence.add(100, i % 2, true);
    }

    assertThat(evidence.rate()).isCloseTo(0.005, within(2e-4));
  }
}
