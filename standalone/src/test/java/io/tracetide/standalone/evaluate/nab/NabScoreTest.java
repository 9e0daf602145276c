package io.tracetide.standalone.evaluate.nab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.standalone.evaluate.nab.NabSeries.AnomalyWindow;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NabScoreTest {
  private static final int VALUES = 1_000;
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);
  private static final NabSeries FILE =
      new NabSeries(
          "a/b.csv",
          Collections.nCopies(VALUES, TIME),
          new double[VALUES],
          List.of(new AnomalyWindow(400, 499), new AnomalyWindow(700, 799)));

  @Test
  void shouldScoreNothingWithoutAlarms() {
    assertThat(score().score()).isZero();
  }

  @Test
  void shouldScore100ForAnAlarmAtTheBeginningOfEachWindow() {
    NabScore score = score(400, 700);

    assertThat(score.score()).isCloseTo(100, within(1e-9));
    assertThat(score.hits()).isEqualTo(2);
    assertThat(score.falseAlarms()).isZero();
  }

  @Test
  void shouldScoreAnEarlierAlarmHigher() {
    assertThat(score(410, 700).score()).isGreaterThan(score(460, 700).score());
    assertThat(score(410, 420, 700).score()).isEqualTo(score(410, 700).score());
  }

  @Test
  void shouldSubtractForFalseAlarms() {
    // Of two windows, worth 2 each; a false alarm before the first window costs 0.11.
    assertThat(score(300, 400, 700).score()).isCloseTo(100 - 100 * 0.11 / 4, within(1e-9));
    // Soon after a window it costs less.
    assertThat(score(400, 510, 700).score()).isBetween(100 - 100 * 0.11 / 4 + 1, 100.0);
  }

  @Test
  void shouldNotScoreTheProbation() {
    assertThat(score(10, 100, 149, 400, 700).score()).isCloseTo(100, within(1e-9));
  }

  @Test
  void shouldUseTheBestThreshold() {
    double[] scores = scores(400, 700);
    for (int i = 550; i < 650; i++) {
      scores[i] = 0.5;
    }

    NabScore score = NabScore.of(List.of(FILE), List.of(scores));

    assertThat(score.threshold()).isEqualTo(1);
    assertThat(score.score()).isCloseTo(100, within(1e-9));
  }

  private static NabScore score(int... alarms) {
    return NabScore.of(List.of(FILE), List.of(scores(alarms)));
  }

  private static double[] scores(int... alarms) {
    double[] scores = new double[VALUES];
    for (int alarm : alarms) {
      scores[alarm] = 1;
    }
    return scores;
  }
}
