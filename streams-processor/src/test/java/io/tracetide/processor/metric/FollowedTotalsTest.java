package io.tracetide.processor.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Test;

class FollowedTotalsTest {

  private static final Duration MEMORY = Duration.ofHours(1);
  private static final long SECOND = 1_000_000;
  private static final long BEGINNING = 1_700_000_000L * SECOND;
  private static final long NO_START = Long.MIN_VALUE;
  private static final InstanceId ONE = new InstanceId(1, 1);

  private final FollowedTotals followed = new FollowedTotals(MEMORY, 3);
  private final Map<InstanceId, RunningTotal> stored = new HashMap<>();
  private final FollowedTotals.Journal journal =
      new FollowedTotals.Journal() {
        @Override
        public void put(InstanceId id, RunningTotal last) {
          stored.put(id, last);
        }

        @Override
        public void delete(InstanceId id) {
          stored.remove(id);
        }
      };

  @BeforeTry
  void startFresh() {
    followed.clear();
    stored.clear();
  }

  /** A sample as a process makes it: which of its runs it is of, and what that has counted. */
  private record Sample(int run, long second, long total) {}

  /**
   * Any number of runs of one process, each counting from zero, delayed and doubled at random. What
   * counts is what has arrived in time, and of it the last total of each run.
   */
  @Property(tries = 1_000)
  void shouldCountWhatEachRunHasCountedWhateverIsRepeatedOrComesLate(@ForAll long seed) {
    Random random = new Random(seed);
    List<Sample> arriving = disturbed(runs(random), random);
    long newest = Long.MIN_VALUE;
    Map<Integer, Long> lastOfRun = new HashMap<>();
    double counted = 0;

    for (Sample sample : arriving) {
      if (sample.second > newest) {
        newest = sample.second;
        lastOfRun.put(sample.run, sample.total);
      }
      double increase = sum(follow(sample.second, startOf(sample.run), sample.total));
      assertThat(increase).isNotNegative();
      counted += increase;
    }

    assertThat(counted).isEqualTo(lastOfRun.values().stream().mapToLong(Long::longValue).sum());
  }

  /** Without starts, only a fall shows a reset, and the first sample is where counting begins. */
  @Property(tries = 1_000)
  void shouldCountRisesAndWhatFollowsAFallWhenThereAreNoStarts(@ForAll long seed) {
    Random random = new Random(seed);
    List<Sample> arriving = disturbed(runs(random), random);
    List<Long> inTime = new ArrayList<>();
    long newest = Long.MIN_VALUE;
    double counted = 0;

    for (Sample sample : arriving) {
      if (sample.second > newest) {
        newest = sample.second;
        inTime.add(sample.total);
      }
      double increase = sum(follow(sample.second, NO_START, sample.total));
      assertThat(increase).isNotNegative();
      counted += increase;
    }

    long expected = 0;
    for (int i = 1; i < inTime.size(); i++) {
      long rise = inTime.get(i) - inTime.get(i - 1);
      expected += rise >= 0 ? rise : inTime.get(i);
    }
    assertThat(counted).isEqualTo(expected);
  }

  @Property(tries = 300)
  void shouldCountTheSameWhenItIsRestoredAtAnyMoment(@ForAll long seed) {
    Random random = new Random(seed);
    List<Sample> arriving = disturbed(runs(random), random);
    FollowedTotals restarting = new FollowedTotals(MEMORY, 3);

    for (Sample sample : arriving) {
      RunningTotal total = counter(sample.second, startOf(sample.run), sample.total);
      assertThat(sum(restarting.follow(ONE, total, 0)))
          .isEqualTo(sum(followed.follow(ONE, total, 0)));
      if (random.nextInt(3) == 0) {
        restarting.write(journal);
        restarting.clear();
        stored.forEach((id, last) -> restarting.restore(id, RunningTotal.decode(last.encode()), 0));
      }
    }
  }

  @Test
  void shouldCountAFirstSampleFromItsStartWhenThatIsWithinMemory() {
    assertThat(sum(follow(3600, 0, 500))).isEqualTo(500);
  }

  @Test
  void shouldOnlyCompareWithAFirstSampleThatBeganBeforeOrDoesNotSay() {
    assertThat(follow(3601, 0, 500)).isEqualTo(Increase.Uncounted.FIRST);
    assertThat(sum(follow(3602, 0, 507))).isEqualTo(7);
    assertThat(followed.follow(new InstanceId(2, 2), counter(0, NO_START, 9), 0))
        .isEqualTo(Increase.Uncounted.FIRST);
  }

  @Test
  void shouldNotCountARunAgainThatWasSilentForLongerThanMemory() {
    follow(10, 0, 500);

    assertThat(follow(10 + 3601, 0, 700)).isEqualTo(Increase.Uncounted.FIRST);
    assertThat(sum(follow(10 + 3602, 0, 703))).isEqualTo(3);
  }

  @Test
  void shouldIgnoreAnOlderRunThatGoesOn() {
    follow(100, 50, 10);

    assertThat(follow(110, 0, 1_000)).isEqualTo(Increase.Uncounted.CONFLICTING);
    assertThat(follow(90, 0, 900)).as("late").isEqualTo(Increase.Uncounted.REPEATED);
    assertThat(sum(follow(120, 50, 12))).isEqualTo(2);
  }

  @Test
  void shouldFollowNoMoreThanItMay() {
    for (int i = 0; i < 3; i++) {
      followed.follow(new InstanceId(i, i), counter(0, NO_START, 1), 0);
    }

    assertThat(followed.follow(new InstanceId(9, 9), counter(0, NO_START, 1), 0))
        .isEqualTo(Increase.Uncounted.UNFOLLOWED);
    assertThat(followed.size()).isEqualTo(3);
  }

  @Test
  void shouldForgetWhoIsSilentByTheClockAndByTheSamples() {
    long hour = MEMORY.toMillis();
    follow(0, NO_START, 1);
    followed.write(journal);

    followed.forgetSilent(hour + 1);
    assertThat(followed.size()).as("nothing newer has come").isEqualTo(1);

    followed.follow(new InstanceId(2, 2), counter(3601, NO_START, 1), hour + 1);
    followed.forgetSilent(hour);
    assertThat(followed.size()).as("not silent for long enough").isEqualTo(2);

    followed.forgetSilent(hour + 1);
    followed.write(journal);
    assertThat(stored).containsOnlyKeys(new InstanceId(2, 2));
  }

  @Test
  void shouldStoreWhoComesBackInTheMomentItIsForgotten() {
    long later = MEMORY.toMillis() + 1;
    follow(0, NO_START, 1);
    followed.follow(new InstanceId(2, 2), counter(3601, NO_START, 1), later);
    followed.forgetSilent(later);
    followed.follow(ONE, counter(3602, NO_START, 4), later);

    followed.write(journal);

    assertThat(stored).containsKey(ONE);
  }

  @Test
  void shouldCountNothingOfACumulativeSampleWhoseStartIsUnknown() {
    assertThat(follow(cumulative(0, 0, 1_000_000))).isEqualTo(Increase.Uncounted.FIRST);
    assertThat(sum(follow(cumulative(15, 0, 1_000_010)))).isEqualTo(10);
    assertThat(follow(cumulative(30, 30, 1_000_020))).isEqualTo(Increase.Uncounted.FIRST);
    assertThat(sum(follow(cumulative(45, 30, 1_000_030)))).isEqualTo(10);
    assertThat(sum(follow(cumulative(60, 55, 7)))).as("a reset").isEqualTo(7);
  }

  @Test
  void shouldCountASampleAsAWholeWhoseStartIsItsTimeUnlessItIsCumulative() {
    assertThat(sum(follow(10, 10, 500))).isEqualTo(500);
  }

  /**
   * Several writers, each with an identity of its own, whose samples arrive one among another: runs
   * of which some begin at a known time and some at an unknown one.
   */
  @Property(tries = 1_000)
  void shouldCountEachWriterLikeTheModelInAnyInterleaving(@ForAll long seed) {
    Random random = new Random(seed);
    List<List<RunningTotal>> writers = new ArrayList<>();
    List<Double> expected = new ArrayList<>();
    for (int writer = 0; writer < 3; writer++) {
      List<RunningTotal> samples = new ArrayList<>();
      double sum = 0;
      long second = random.nextInt(10);
      for (int run = 1 + random.nextInt(4); run > 0; run--) {
        long start = second;
        boolean known = random.nextBoolean();
        long total = known ? 0 : random.nextInt(1_000_000);
        long counted = total;
        second += known ? 1 + random.nextInt(20) : 0;
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
          total += random.nextInt(100);
          samples.add(cumulative(second, start, total));
          // Of a run with an unknown start the first total is where counting begins.
          counted = !known && second == start ? total : counted;
          second += 1 + random.nextInt(20);
        }
        sum += total - counted;
        second += random.nextInt(20);
      }
      writers.add(samples);
      expected.add(sum);
    }

    double[] counted = new double[writers.size()];
    while (!writers.stream().allMatch(List::isEmpty)) {
      int writer = random.nextInt(writers.size());
      if (!writers.get(writer).isEmpty()) {
        RunningTotal next = writers.get(writer).remove(0);
        counted[writer] += sum(followed.follow(new InstanceId(writer, 7), next, 0));
        counted[writer] += sum(followed.follow(new InstanceId(writer, 7), next, 0));
      }
    }

    assertThat(counted).containsExactly(expected.stream().mapToDouble(d -> d).toArray());
  }

  @Test
  void shouldKnowTheSmallestAndTheLargestOfWhatIsNewWhenTheyAreOnesOfTheWhole() {
    assertThat(extremes(follow(extremes(0, 3, 2, 9)))).isEqualTo("2.0 known, 9.0 known");
    assertThat(extremes(follow(extremes(10, 5, 2, 9)))).isEqualTo("2.0 bound, 9.0 bound");
    assertThat(extremes(follow(extremes(20, 7, 1, 9)))).isEqualTo("1.0 known, 9.0 bound");
    followed.write(journal);
    followed.clear();
    stored.forEach((id, last) -> followed.restore(id, RunningTotal.decode(last.encode()), 0));
    assertThat(extremes(follow(extremes(30, 9, 1, 12)))).isEqualTo("1.0 bound, 12.0 known");
    assertThat(extremes(follow(extremes(40, 9, Double.NaN, Double.NaN))))
        .isEqualTo("NaN bound, NaN bound");
  }

  @Test
  void shouldReadLastSamplesThatWereStoredWithoutExtremes() {
    ByteBuffer former = ByteBuffer.allocate(1 + 4 * Long.BYTES + Long.BYTES);
    former.put((byte) 1).putLong(BEGINNING).putLong(BEGINNING - SECOND).putDouble(7).putLong(3);
    former.putLong(5);

    followed.restore(ONE, RunningTotal.decode(former.array()), 0);

    assertThat(
            sum(
                follow(
                    new RunningTotal(
                        BEGINNING + SECOND, BEGINNING - SECOND, 9, new long[] {6}, 3))))
        .isEqualTo(2);
  }

  private static String extremes(Increase increase) {
    Increase.Counted counted = (Increase.Counted) increase;
    return text(counted.least()) + ", " + text(counted.greatest());
  }

  private static String text(Extreme extreme) {
    return extreme.value() + (extreme.isKnown() ? " known" : " bound");
  }

  private static RunningTotal extremes(long second, long count, double least, double greatest) {
    return new RunningTotal(
        BEGINNING + second * SECOND,
        BEGINNING - SECOND,
        count * 5,
        new long[] {count},
        0,
        least,
        greatest,
        true);
  }

  private static RunningTotal cumulative(long second, long start, long total) {
    return new RunningTotal(
        BEGINNING + second * SECOND,
        BEGINNING + start * SECOND,
        total,
        new long[0],
        0,
        Double.NaN,
        Double.NaN,
        true);
  }

  @Test
  void shouldCountWhatIsNewInEachBucket() {
    follow(distribution(0, 5, 1, 2, 3));

    assertThat(follow(distribution(10, 9.5, 1, 4, 4)))
        .isInstanceOfSatisfying(
            Increase.Counted.class,
            increase -> {
              assertThat(increase.buckets()).containsExactly(0, 2, 1);
              assertThat(increase.sum()).isCloseTo(4.5, within(1e-12));
            });
  }

  @Test
  void shouldCountADistributionAsAWholeWhenABucketFell() {
    follow(distribution(0, 5, 1, 2, 3));

    assertThat(follow(distribution(10, 2, 0, 2, 9)))
        .isInstanceOfSatisfying(
            Increase.Counted.class,
            increase -> assertThat(increase.buckets()).containsExactly(0, 2, 9));
  }

  @Test
  void shouldBeginAgainWhenBucketsHaveOtherBounds() {
    follow(distribution(0, 5, 1, 2, 3));
    RunningTotal other =
        new RunningTotal(
            BEGINNING + 10 * SECOND, RunningTotal.NO_START, 6, new long[] {1, 2, 4}, 8);

    assertThat(follow(other)).isEqualTo(Increase.Uncounted.REBUCKETED);
  }

  private Increase follow(long second, long start, long total) {
    return follow(counter(second, start, total));
  }

  private Increase follow(RunningTotal sample) {
    return followed.follow(ONE, sample, 0);
  }

  /** Seconds since the beginning. */
  private static RunningTotal counter(long second, long start, long total) {
    return new RunningTotal(
        BEGINNING + second * SECOND,
        start == NO_START ? RunningTotal.NO_START : BEGINNING + start * SECOND,
        total,
        new long[0],
        0);
  }

  private static RunningTotal distribution(long second, double sum, long... buckets) {
    return new RunningTotal(BEGINNING + second * SECOND, RunningTotal.NO_START, sum, buckets, 7);
  }

  private static double sum(Increase increase) {
    return increase instanceof Increase.Counted counted ? counted.sum() : 0;
  }

  private static long startOf(int run) {
    return run * 400L - 1;
  }

  private static List<Sample> runs(Random random) {
    List<Sample> samples = new ArrayList<>();
    int runs = 1 + random.nextInt(4);
    for (int run = 0; run < runs; run++) {
      long total = 0;
      int last = 1 + random.nextInt(12);
      for (int i = 0; i < last; i++) {
        total += random.nextInt(5) == 0 ? 0 : random.nextInt(1_000);
        samples.add(new Sample(run, startOf(run) + 1 + i * 30L, total));
      }
    }
    return samples;
  }

  private static List<Sample> disturbed(List<Sample> samples, Random random) {
    List<Sample> arriving = new ArrayList<>(samples);
    for (int i = random.nextInt(6); i > 0; i--) {
      arriving.add(
          random.nextInt(arriving.size() + 1), samples.get(random.nextInt(samples.size())));
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      Collections.swap(arriving, random.nextInt(arriving.size()), random.nextInt(arriving.size()));
    }
    return arriving;
  }
}
