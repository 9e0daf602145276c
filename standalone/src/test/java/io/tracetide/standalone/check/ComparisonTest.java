package io.tracetide.standalone.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Minute MINUTE = new Minute("shop", "GET /", 0);
  private static final Minute WHOLE = new Minute("shop", "*", 0);

  private static Map<Minute, ExactMinute> hundredSpans() {
    ExactMinute exact = new ExactMinute();
    for (int i = 100; i >= 1; i--) {
      exact.add(i * 1_000L, i == 1);
    }
    exact.sort();
    return Map.of(MINUTE, exact);
  }

  private static Map<Minute, AnsweredMinute> answer(AnsweredMinute minute) {
    return new HashMap<>(Map.of(MINUTE, minute, WHOLE, minute));
  }

  @Test
  void shouldBeEqualWhenCountsAreAndQuantilesAreNear() {
    Comparison comparison =
        Comparison.of(hundredSpans(), Map.of(), answer(new AnsweredMinute(100, 1, 50.4, 95, 99)));

    assertThat(comparison.differences()).isEmpty();
    assertThat(comparison.isEqual()).isTrue();
    assertThat(comparison.summary())
        .contains(
            "spans=100", "answered=100", "series=1", "worst-p50=0.8000%", "worst-p99=0.0000%");
    assertThat(comparison.farthest()).hasSize(3).first().asString().contains("p50", "50.4 ms");
  }

  @Test
  void shouldDifferWhenACountIsOffByOne() {
    assertThat(
            Comparison.of(hundredSpans(), Map.of(), answer(new AnsweredMinute(99, 1, 50, 95, 99)))
                .differences())
        .singleElement()
        .asString()
        .contains("count 100");
  }

  @Test
  void shouldDifferWhenErrorsDo() {
    assertThat(
            Comparison.of(hundredSpans(), Map.of(), answer(new AnsweredMinute(100, 2, 50, 95, 99)))
                .isEqual())
        .isFalse();
  }

  @Test
  void shouldDifferWhenAQuantileIsTooFarOrMissing() {
    assertThat(
            Comparison.of(hundredSpans(), Map.of(), answer(new AnsweredMinute(100, 1, 50, 96, 99)))
                .isEqual())
        .isFalse();
    assertThat(
            Comparison.of(
                    hundredSpans(),
                    Map.of(),
                    answer(new AnsweredMinute(100, 1, Double.NaN, 95, 99)))
                .isEqual())
        .isFalse();
  }

  @Test
  void shouldDifferWhenTheAnswerHasMoreWindows() {
    Map<Minute, AnsweredMinute> answer = answer(new AnsweredMinute(100, 1, 50, 95, 99));
    answer.put(new Minute("shop", "GET /", 60_000), new AnsweredMinute(1, 0, 1, 1, 1));
    answer.put(new Minute("shop", "*", 60_000), new AnsweredMinute(1, 0, 1, 1, 1));

    assertThat(Comparison.of(hundredSpans(), Map.of(), answer).differences()).hasSize(1);
  }

  @Test
  void shouldDifferWhenTheWholeServiceIsNotTheSumOfItsOperations() {
    Map<Minute, AnsweredMinute> answer = answer(new AnsweredMinute(100, 1, 50, 95, 99));
    answer.put(WHOLE, new AnsweredMinute(101, 1, 50, 95, 99));

    assertThat(Comparison.of(hundredSpans(), Map.of(), answer).isEqual()).isFalse();
  }

  @Test
  void shouldCompareWhatWasAddedToMinutesThatHadSpansBefore() {
    Map<Minute, AnsweredMinute> before = answer(new AnsweredMinute(40, 7, 3, 3, 3));

    Comparison comparison =
        Comparison.of(hundredSpans(), before, answer(new AnsweredMinute(140, 8, 9, 9, 9)));

    assertThat(comparison.isEqual()).as(comparison.differences().toString()).isTrue();
    assertThat(comparison.mixed()).isEqualTo(1);
    assertThat(comparison.answeredSpans()).isEqualTo(100);
    assertThat(
            Comparison.of(hundredSpans(), before, answer(new AnsweredMinute(139, 8, 9, 9, 9)))
                .differences())
        .singleElement()
        .asString()
        .contains("count 100", "99");
  }

  @Test
  void shouldNotBlameTheRecordingForMinutesThatWereThereBefore() {
    Map<Minute, AnsweredMinute> before =
        Map.of(new Minute("shop", "GET /", 60_000), new AnsweredMinute(5, 0, 1, 1, 1));
    Map<Minute, AnsweredMinute> answer = answer(new AnsweredMinute(100, 1, 50, 95, 99));
    answer.putAll(before);
    answer.put(new Minute("shop", "*", 60_000), new AnsweredMinute(5, 0, 1, 1, 1));

    assertThat(Comparison.of(hundredSpans(), before, answer).differences()).isEmpty();
  }

  @Test
  void shouldTakeTheQuantileAtTheLowerRank() {
    ExactMinute exact = new ExactMinute();
    for (long value : new long[] {4_000, 1_000, 3_000, 2_000}) {
      exact.add(value, false);
    }
    exact.sort();

    assertThat(exact.quantileMs(0.5)).isEqualTo(2.0);
    assertThat(exact.quantileMs(0.99)).isEqualTo(3.0);
    assertThat(exact.quantileMs(1)).isEqualTo(4.0);
  }
}
