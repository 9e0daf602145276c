package io.tracetide.schemas.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationLimitTest {

  private static final long LONGEST = DurationLimit.MAX.toMillis() * 1_000;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1_000_000})
  void shouldAllowUsualDurations(long micros) {
    assertThat(DurationLimit.allows(micros)).isTrue();
  }

  @Test
  void shouldAllowTheLongestAndNothingAbove() {
    assertThat(DurationLimit.allows(LONGEST)).isTrue();
    assertThat(DurationLimit.allows(LONGEST + 1)).isFalse();
    assertThat(DurationLimit.allows(Long.MAX_VALUE)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE})
  void shouldNotAllowNegativeOnes(long micros) {
    assertThat(DurationLimit.allows(micros)).isFalse();
  }
}
