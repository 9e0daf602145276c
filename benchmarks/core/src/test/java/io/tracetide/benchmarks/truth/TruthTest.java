package io.tracetide.benchmarks.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.benchmarks.workload.EventSequence;
import io.tracetide.benchmarks.workload.SeriesNames;
import io.tracetide.benchmarks.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TruthTest {
  private static final Workload WORKLOAD =
      new Workload(3, 30_000, 50, 0, 1_700_000_000_000L, 1_000);

  private final Truth truth = Truth.of(WORKLOAD);
  private final SeriesNames names = new SeriesNames(WORKLOAD);

  private Answer exact(int series, int window) {
    int place = truth.place(series, window);
    return new Answer(
        names.service(series),
        names.operation(series),
        WORKLOAD.startMs() + window * Workload.WINDOW.toMillis(),
        truth.count(place),
        truth.errors(place),
        truth.sum(place),
        truth.max(place),
        truth.quantile(place, 0.95));
  }

  private Answers allExact() {
    Answers answers = new Answers(truth);
    for (int window = 0; window < WORKLOAD.windows(); window++) {
      for (int series = 0; series < WORKLOAD.series(); series++) {
        answers.put(exact(series, window));
      }
    }
    return answers;
  }

  @Test
  void shouldCountTheEventsOfTheSequence() {
    Map<Integer, List<Integer>> values = new TreeMap<>();
    Map<Integer, Integer> errors = new TreeMap<>();
    EventSequence events = WORKLOAD.sequence();
    while (events.next()) {
      int place = truth.place(events.series(), WORKLOAD.window(events.timestampMicros() / 1_000));
      values.computeIfAbsent(place, p -> new ArrayList<>()).add(events.durationMicros());
      errors.merge(place, events.failed() ? 1 : 0, Integer::sum);
    }

    assertThat(truth.places()).isEqualTo(150);
    values.forEach(
        (place, list) -> {
          list.sort(null);
          assertThat(truth.count(place)).isEqualTo(list.size());
          assertThat(truth.errors(place)).isEqualTo(errors.get(place));
          assertThat(truth.sum(place)).isEqualTo(list.stream().mapToLong(v -> v).sum());
          assertThat(truth.max(place)).isEqualTo(list.get(list.size() - 1));
          assertThat(truth.quantile(place, 0.95))
              .isEqualTo(list.get((int) Math.floor(0.95 * (list.size() - 1))));
        });
  }

  @Test
  void shouldAcceptTheExactAnswers() {
    assertThat(allExact().judge().isRight()).isTrue();
    assertThat(allExact().judge().describe()).isEqualTo("equal");
  }

  @Test
  void shouldUseTheLastResultOfAWindow() {
    Answers answers = allExact();
    Answer right = exact(7, 1);
    answers.put(new Answer(right.service(), right.operation(), right.startMs(), 1, 0, 1, 1, 1));
    assertThat(answers.judge().isRight()).isFalse();

    answers.put(right);
    assertThat(answers.judge().isRight()).isTrue();
  }

  @Test
  void shouldIgnoreTicks() {
    Answers answers = allExact();
    answers.put(new Answer(SeriesNames.TICK_SERVICE, "tick", WORKLOAD.startMs(), 1, 0, 1, 1, 1));

    assertThat(answers.judge().isRight()).isTrue();
  }

  @Test
  void shouldReportMissingWindows() {
    Verdict verdict = new Answers(truth).judge();

    assertThat(verdict.isRight()).isFalse();
    assertThat(verdict.missing()).isEqualTo(150);
    assertThat(verdict.describe()).startsWith("WRONG: counted 0 of 30000, 150 windows missing");
  }

  @Test
  void shouldReportDifferingWindows() {
    Answers answers = allExact();
    Answer a = exact(1, 0);
    answers.put(
        new Answer(
            a.service(),
            a.operation(),
            a.startMs(),
            a.count(),
            a.errors() + 1,
            a.sum(),
            a.max(),
            a.p95()));
    Answer b = exact(2, 0);
    answers.put(
        new Answer(
            b.service(),
            b.operation(),
            b.startMs(),
            b.count() + 1,
            b.errors(),
            b.sum(),
            b.max(),
            b.p95()));
    answers.put(new Answer("who", "what", WORKLOAD.startMs(), 1, 0, 1, 1, 1));

    Verdict verdict = answers.judge();
    assertThat(verdict.differing()).isEqualTo(2);
    assertThat(verdict.unknown()).isEqualTo(1);
    assertThat(verdict.isRight()).isFalse();
  }

  @Test
  void shouldNotCancelOutErrorsOfDifferentWindows() {
    Answers answers = allExact();
    Answer a = exact(1, 0);
    answers.put(new Answer(a.service(), a.operation(), a.startMs(), a.count() + 3, 0, 1, 1, 1));
    Answer b = exact(2, 0);
    answers.put(new Answer(b.service(), b.operation(), b.startMs(), b.count() - 2, 0, 1, 1, 1));

    assertThat(answers.balance()).isEqualTo(new Balance(2, 3));
  }

  @Test
  void shouldRequireQuantilesWithinOnePercent() {
    Answers within = allExact();
    Answer a = exact(3, 2);
    within.put(withP95(a, a.p95() * 1.0099));
    assertThat(within.judge().isRight()).isTrue();
    assertThat(within.judge().describe()).startsWith("equal, p95 within");

    Answers beyond = allExact();
    beyond.put(withP95(a, a.p95() * 1.02));
    assertThat(beyond.judge().isRight()).isFalse();
  }

  private static Answer withP95(Answer a, double p95) {
    return new Answer(
        a.service(), a.operation(), a.startMs(), a.count(), a.errors(), a.sum(), a.max(), p95);
  }
}
