package io.tracetide.processor.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.metric.CountedIntervals.Interval;
import io.tracetide.processor.metric.CountedIntervals.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Test;

class CountedIntervalsTest {

  private static final Duration MEMORY = Duration.ofHours(1);
  private static final long SECOND = 1_000_000;
  private static final long BEGINNING = 1_700_000_000L * SECOND;
  private static final InstanceId ONE = new InstanceId(1, 1);

  private final CountedIntervals counted = new CountedIntervals(MEMORY, 3);
  private final Set<Interval> stored = new HashSet<>();
  private final CountedIntervals.Journal journal =
      new CountedIntervals.Journal() {
        @Override
        public void put(Interval interval) {
          assertThat(stored.add(interval)).isTrue();
        }

        @Override
        public void delete(Interval interval) {
          assertThat(stored.remove(interval)).isTrue();
        }
      };

  @BeforeTry
  void startFresh() {
    counted.clear();
    stored.clear();
  }

  private record Delta(Interval interval, long value) {}

  @Property(tries = 1_000)
  void shouldCountEachIntervalOnceInWhateverOrderTheyCome(@ForAll long seed) {
    Random random = new Random(seed);
    List<Delta> deltas = new ArrayList<>();
    long expected = 0;
    for (int writer = 0; writer < 3; writer++) {
      boolean sameStart = random.nextBoolean();
      long second = random.nextInt(30);
      long first = second;
      for (int i = random.nextInt(30); i > 0; i--) {
        long next = second + 1 + random.nextInt(60);
        Delta delta =
            new Delta(
                interval(new InstanceId(writer, 5), sameStart ? first : second, next),
                random.nextInt(1_000));
        expected += delta.value;
        for (int copies = 1 + random.nextInt(3); copies > 0; copies--) {
          deltas.add(delta);
        }
        second = next;
      }
    }
    Collections.shuffle(deltas, random);

    long sum = 0;
    CountedIntervals counting = counted;
    for (Delta delta : deltas) {
      sum += counting.count(delta.interval, 0) == Outcome.NEW ? delta.value : 0;
      if (random.nextInt(10) == 0) {
        counting.write(journal);
        counting = new CountedIntervals(MEMORY, 3);
        for (Interval interval : stored) {
          counting.restore(interval, 0);
        }
      }
    }

    assertThat(sum).isEqualTo(expected);
  }

  @Test
  void shouldRememberTheNewestIntervalsAndNoMoreThanItMay() {
    for (int i = 0; i < 2 * CountedIntervals.KEPT_AT_MOST; i++) {
      assertThat(counted.count(interval(ONE, i, i + 1), 0)).isEqualTo(Outcome.NEW);
    }
    counted.write(journal);

    assertThat(stored).hasSize(CountedIntervals.KEPT_AT_MOST);
    int newest = 2 * CountedIntervals.KEPT_AT_MOST - 1;
    assertThat(counted.count(interval(ONE, newest, newest + 1), 0)).isEqualTo(Outcome.REPEATED);
    assertThat(counted.count(interval(ONE, 0, 1), 0))
        .as("it may have come before, and stands for itself")
        .isEqualTo(Outcome.NEW);
  }

  @Test
  void shouldRememberForTheMemoryAndAtLeastTheNewest() {
    long hour = 3_600;
    for (int i = 0; i < 100; i++) {
      counted.count(interval(ONE, i * hour, (i + 1) * hour), 0);
    }
    counted.write(journal);

    assertThat(stored).hasSize(CountedIntervals.KEPT_AT_LEAST);
  }

  @Test
  void shouldCountWithoutACheckBeyondTheLimitOfInstances() {
    for (int i = 0; i < 3; i++) {
      counted.count(interval(new InstanceId(i, i), 0, 1), 0);
    }

    assertThat(counted.count(interval(new InstanceId(9, 9), 0, 1), 0)).isEqualTo(Outcome.UNCHECKED);
    assertThat(counted.size()).isEqualTo(3);
  }

  @Test
  void shouldForgetWhoIsSilentByTheClockAndByTheSamples() {
    long hour = MEMORY.toMillis();
    counted.count(interval(ONE, 0, 1), 0);
    counted.forgetSilent(hour + 1);
    assertThat(counted.size()).as("nothing newer has come").isEqualTo(1);

    counted.count(interval(new InstanceId(2, 2), 3_600, 3_602), hour + 1);
    counted.forgetSilent(hour + 1);
    counted.write(journal);

    assertThat(stored).extracting(Interval::id).containsOnly(new InstanceId(2, 2));
  }

  private static Interval interval(InstanceId id, long start, long end) {
    return new Interval(id, BEGINNING + start * SECOND, BEGINNING + end * SECOND);
  }
}
