package io.tracetide.processor.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.schemas.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BurnRatesTest {

  private static final double ALLOWED = 0.001;

  @ParameterizedTest
  @CsvSource({
    "PAGE_1H, 1h-5m, 14.4, CRITICAL",
    "PAGE_6H, 6h-30m, 6, CRITICAL",
    "TICKET_1D, 1d-2h, 3, MEDIUM",
    "TICKET_3D, 3d-6h, 1, MEDIUM",
  })
  void shouldHaveThePairsOfTheWorkbook(
      WindowPair pair, String windows, double factor, Severity severity) {
    assertThat(pair.windows()).isEqualTo(windows);
    assertThat(pair.factor()).isEqualTo(factor);
    assertThat(pair.severity()).isEqualTo(severity);
  }

  @Test
  void shouldFireWhenBothWindowsAreAboveTheLimit() {
    SpanCounts above = SpanCounts.of(100_000, 2_000);
    SpanCounts atLimit = SpanCounts.of(100_000, 1_440);

    assertThat(page(above, above).firing()).isTrue();
    assertThat(page(above, atLimit).firing()).isFalse();
    assertThat(page(atLimit, above).firing()).isFalse();
    assertThat(page(above, atLimit).ofLong()).isCloseTo(20, within(1e-9));
    assertThat(page(above, atLimit).ofShort()).isCloseTo(14.4, within(1e-9));
  }

  @Test
  void shouldNotFireForFewSpansOrFewBadOnes() {
    SpanCounts enough = SpanCounts.of(10, 3);

    assertThat(page(enough, enough).firing()).isTrue();
    assertThat(page(enough, SpanCounts.of(9, 3)).firing()).isFalse();
    assertThat(page(SpanCounts.of(10, 2), SpanCounts.of(10, 2)).firing()).isFalse();
    assertThat(page(SpanCounts.NONE, SpanCounts.NONE).firing()).isFalse();
    assertThat(page(SpanCounts.NONE, SpanCounts.NONE).ofLong()).isZero();
  }

  /** 4 of 150 are 27 times the allowed share, which chance explains at 95 %. */
  @Test
  void shouldNotFireWhileTheShareOfTheLongWindowIsUncertain() {
    assertThat(page(SpanCounts.of(150, 4), SpanCounts.of(20, 4)).firing()).isFalse();
    assertThat(page(SpanCounts.of(1_500, 40), SpanCounts.of(20, 4)).firing()).isTrue();
  }

  /** A sampled span that represents many is one observation. */
  @Test
  void shouldTakeTheSampleSizeFromTheReceivedSpans() {
    SpanCounts sampled = new SpanCounts(100, 1, 10_000, 500);

    assertThat(page(sampled, sampled).ofLong()).isCloseTo(50, within(1e-9));
    assertThat(page(sampled, sampled).firing()).isFalse();
  }

  /** Values computed with the closed form of Brown, Cai, DasGupta (2001), equation 4. */
  @ParameterizedTest
  @CsvSource({"0, 10, 0", "0.1, 10, 0.022632", "0.02, 1000, 0.013908", "1, 10, 0.787028"})
  void shouldComputeTheLowerEndOfTheWilsonInterval(double ratio, long samples, double bound) {
    assertThat(BurnRates.lowerBound(ratio, samples)).isCloseTo(bound, within(1e-6));
  }

  private static BurnRates page(SpanCounts ofLong, SpanCounts ofShort) {
    return BurnRates.of(WindowPair.PAGE_1H, ofLong, ofShort, ALLOWED, 10, 3);
  }
}
