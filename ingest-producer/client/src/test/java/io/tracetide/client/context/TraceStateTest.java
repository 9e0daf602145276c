package io.tracetide.client.context;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceStateTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ot=th:c | c0000000000000",
        "ot=th:0 | 0",
        "ot=th:ffffffffffffff | ffffffffffffff",
        "ot=p:8;th:8;r:1 | 80000000000000",
        "vendor=1 , ot=th:4 | 40000000000000",
      })
  void shouldReadTheThreshold(String header, String threshold) {
    assertThat(TraceState.parse(header).threshold()).isEqualTo(Long.parseLong(threshold, 16));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ot=",
        "ot=th:",
        "ot=th:xyz",
        "ot=th:fffffffffffffff",
        "other=th:c",
        "ot=th:c\r\nSet-Cookie: x",
        "ot=th:\u0664"
      })
  void shouldReadNoThresholdWhenAbsent(String header) {
    TraceState state = TraceState.parse(header);

    assertThat(state.threshold()).isEqualTo(TraceState.NONE);
    assertThat(state.header()).doesNotContain("\r", "\n");
  }

  @Test
  void shouldSetTheThresholdAndPropagateTheRest() {
    TraceState state = TraceState.parse("a=1,ot=x:y;th:c;rv:00000000000abc,b=2");

    assertThat(state.randomness()).isEqualTo(0xabc);
    assertThat(state.with(0x80_0000_0000_0000L).header())
        .isEqualTo("ot=th:8;rv:00000000000abc;x:y,a=1,b=2");
    assertThat(state.with(TraceState.NONE).header()).isEqualTo("ot=rv:00000000000abc;x:y,a=1,b=2");
  }

  @Test
  void shouldPassOnNothingOfAHeaderThatIsTooLong() {
    assertThat(TraceState.parse("a=" + "x".repeat(5_000))).isEqualTo(TraceState.EMPTY);
    assertThat(TraceState.parse("a=1,".repeat(33))).isEqualTo(TraceState.EMPTY);
  }

  @Property(tries = 200)
  void shouldReadBackWhatItWrote(@ForAll @LongRange(min = 0, max = (1L << 56) - 1) long threshold) {
    assertThat(TraceState.parse(TraceState.EMPTY.with(threshold).header()).threshold())
        .isEqualTo(threshold);
  }
}
