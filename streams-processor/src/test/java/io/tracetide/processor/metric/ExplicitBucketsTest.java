package io.tracetide.processor.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ExplicitBucketsTest {

  private static final double[] BOUNDS = {-8, -4, 0, 5, 10};

  @Test
  void shouldRepresentABucketByTheValueWithTheSmallestGreatestError() {
    double value = ExplicitBuckets.representative(BOUNDS, 5, 4);

    assertThat((10 - value) / 10).isCloseTo((value - 5) / 5, within(1e-12));
    assertThat(ExplicitBuckets.representative(BOUNDS, 5, 1)).isBetween(-8.0, -4.0);
  }

  @Test
  void shouldRepresentABucketAtZeroByItsMiddle() {
    assertThat(ExplicitBuckets.representative(BOUNDS, 5, 2)).isEqualTo(-2);
    assertThat(ExplicitBuckets.representative(BOUNDS, 5, 3)).isEqualTo(2.5);
  }

  @Test
  void shouldRepresentUnboundedBucketsByTheBoundTheyHave() {
    assertThat(ExplicitBuckets.representative(BOUNDS, 5, 0)).isEqualTo(-8);
    assertThat(ExplicitBuckets.representative(BOUNDS, 5, 5)).isEqualTo(10);
  }

  @Test
  void shouldDistinguishBounds() {
    assertThat(ExplicitBuckets.hash(BOUNDS, 5)).isNotEqualTo(ExplicitBuckets.hash(BOUNDS, 4));
    assertThat(ExplicitBuckets.hash(new double[] {1, 2}, 2))
        .isNotEqualTo(ExplicitBuckets.hash(new double[] {2, 1}, 2));
  }
}
