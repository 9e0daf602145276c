package io.tracetide.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.client.Sampler.Decision;
import io.tracetide.client.context.TraceParent;
import io.tracetide.client.context.TraceState;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final String SPAN = "00f067aa0ba902b7";

  @Test
  void shouldDecideByTheLast56BitsOfTheTraceId() {
    Sampler quarter = new Sampler(Sampling.of(0.25));

    assertThat(quarter.begin(id(0xBF_FFFF_FFFF_FFFFL)).sampled()).isFalse();
    assertThat(quarter.begin(id(0xC0_0000_0000_0000L)))
        .isEqualTo(
            new Decision(
                true, 4, TraceParent.SAMPLED | TraceParent.RANDOM, TraceState.parse("ot=th:c")));
    assertThat(new Sampler(Sampling.all()).begin(id(0)))
        .satisfies(all -> assertThat(all.sampled()).isTrue())
        .satisfies(all -> assertThat(all.weight()).isEqualTo(1))
        .satisfies(all -> assertThat(all.state().header()).isEqualTo("ot=th:0"));
  }

  @Property(tries = 500)
  void shouldDecideTheSameInEveryServiceForTheSameTrace(
      @ForAll @LongRange(min = 1, max = (1L << 56) - 1) long bits,
      @ForAll @DoubleRange(min = 0.01, max = 1) double one,
      @ForAll @DoubleRange(min = 0.01, max = 1) double other) {
    String traceId = id(bits);
    boolean first = new Sampler(Sampling.of(one)).begin(traceId).sampled();
    boolean same = new Sampler(Sampling.of(one)).join(traceId).sampled();
    boolean second = new Sampler(Sampling.of(other)).begin(traceId).sampled();

    assertThat(same).isEqualTo(first);
    if (one <= other && first) {
      assertThat(second).as("a trace of the stricter service is in the other as well").isTrue();
    }
  }

  @Property(tries = 500)
  void shouldFollowACallerThatSamplesByThreshold(
      @ForAll @LongRange(min = 1, max = (1L << 56) - 1) long bits,
      @ForAll @DoubleRange(min = 0.01, max = 1) double head,
      @ForAll @DoubleRange(min = 0.01, max = 1) double own) {
    Decision above = new Sampler(Sampling.of(head)).begin(id(bits));
    TraceParent caller = new TraceParent(id(bits), SPAN, above.flags());

    Decision below =
        new Sampler(Sampling.of(own)).follow(caller, TraceState.parse(above.state().header()));

    assertThat(below.sampled()).isEqualTo(above.sampled());
    assertThat(below.weight()).isEqualTo(above.weight());
    assertThat(below.flags()).isEqualTo(above.flags());
    assertThat(below.state()).isEqualTo(above.state());
  }

  @Test
  void shouldDecideAloneWithoutAValidThresholdOfASampledCaller() {
    Sampler half = new Sampler(Sampling.of(0.5));
    TraceParent low = new TraceParent(id(1), SPAN, TraceParent.SAMPLED);
    TraceParent high = new TraceParent(id(0xFF_0000_0000_0000L), SPAN, TraceParent.SAMPLED);

    assertThat(half.follow(low, TraceState.EMPTY).sampled()).isFalse();
    assertThat(half.follow(low, TraceState.parse("ot=th:4")).sampled()).isFalse();
    assertThat(half.follow(high, TraceState.EMPTY).weight()).isEqualTo(2);
  }

  @Test
  void shouldUseTheRandomnessOfTheCaller() {
    Sampler half = new Sampler(Sampling.of(0.5));
    TraceParent caller = new TraceParent(id(1), SPAN, TraceParent.SAMPLED);

    assertThat(half.follow(caller, TraceState.parse("ot=rv:ffffffffffffff")).sampled()).isTrue();
  }

  @Test
  void shouldIgnoreCallersWhenConfigured() {
    Sampler own = new Sampler(Sampling.of(0.5).regardlessOfCallers());
    TraceParent unsampled = new TraceParent(id(0xFF_0000_0000_0000L), SPAN, 0);
    TraceParent sampled = new TraceParent(id(1), SPAN, TraceParent.SAMPLED);

    assertThat(own.follow(unsampled, TraceState.EMPTY).sampled()).isTrue();
    assertThat(own.follow(sampled, TraceState.parse("ot=th:0")).sampled()).isFalse();
  }

  @Test
  void shouldSampleTracesThatHaveIdsOfAnotherKindAsEvenly() {
    Sampler tenth = new Sampler(Sampling.of(0.1));
    int sampled = 0;
    for (int i = 0; i < 10_000; i++) {
      sampled += tenth.join("order-" + i).sampled() ? 1 : 0;
    }

    assertThat(sampled / 10_000.0).isCloseTo(0.1, within(0.015));
  }

  private static String id(long bits) {
    return "a".repeat(18) + "%014x".formatted(bits);
  }
}
