package io.tracetide.runtime.kafka.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class RetryPolicyTest {

  @Property
  void shouldWaitARandomTimeUnderABoundThatDoublesToItsLimit(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 10_000) int attempts) {
    long bound = attempts > 9 ? 300 : Math.min(300, 1L << (attempts - 1));

    assertThat(policy(seed).backoff(attempts)).isBetween(Duration.ZERO, Duration.ofSeconds(bound));
  }

  @Property
  void shouldNeverTryEarlierThanAskedButForTheLimit(
      @ForAll long seed, @ForAll @LongRange(min = 0, max = 86_400) long asked) {
    Duration least = Duration.ofSeconds(Math.min(asked, 600));

    assertThat(policy(seed).retryAfter(Duration.ofSeconds(asked)))
        .isBetween(least, least.plusSeconds(2));
  }

  private static RetryPolicy policy(long seed) {
    return new RetryPolicy(DeliveryConfig.defaults(), new SplittableRandom(seed));
  }
}
