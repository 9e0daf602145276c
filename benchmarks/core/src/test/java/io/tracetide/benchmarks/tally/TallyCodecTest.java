package io.tracetide.benchmarks.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.benchmarks.truth.Answer;
import org.junit.jupiter.api.Test;

class TallyCodecTest {

  private static Tally tally(int values) {
    Tally tally = new Tally();
    for (int i = 1; i <= values; i++) {
      tally.add(1_000 * i, i % 10 == 0);
    }
    return tally;
  }

  @Test
  void shouldReadBackATally() {
    for (int values : new int[] {0, 1, 20, 2_000}) {
      Tally read = TallyCodec.decode(TallyCodec.encode(tally(values)));

      assertThat(read.count()).isEqualTo(values);
      assertThat(read.errors()).isEqualTo(values / 10);
      assertThat(read.sum()).isEqualTo(tally(values).sum());
      assertThat(read.max()).isEqualTo(tally(values).max());
      if (values > 0) {
        assertThat(read.quantile(0.95)).isEqualTo(tally(values).quantile(0.95));
      }
    }
  }

  @Test
  void shouldContinueCountingAfterReading() {
    Tally read = TallyCodec.decode(TallyCodec.encode(tally(50)));
    for (int i = 51; i <= 100; i++) {
      read.add(1_000 * i, i % 10 == 0);
    }

    assertThat(TallyCodec.encode(read)).isEqualTo(TallyCodec.encode(tally(100)));
  }

  @Test
  void shouldGiveTheSameResultByMergingAsByCounting() {
    Tally merged = tally(50).merge(tally(50));

    assertThat(merged.count()).isEqualTo(100);
    assertThat(merged.errors()).isEqualTo(10);
    assertThat(merged.quantile(0.5)).isCloseTo(25_000, within(1_000.0));
  }

  @Test
  void shouldBeReadAsAResult() {
    Tally tally = tally(20);
    Answer answer =
        TallyKey.answer(
            TallyKey.encode(TallyKey.series("shop", "GET /cart"), 1_700_000_000_000L),
            TallyCodec.encode(tally));

    assertThat(answer.service()).isEqualTo("shop");
    assertThat(answer.operation()).isEqualTo("GET /cart");
    assertThat(answer.startMs()).isEqualTo(1_700_000_000_000L);
    assertThat(answer.count()).isEqualTo(20);
    assertThat(answer.p95()).isEqualTo(tally.quantile(0.95));
  }
}
