package io.tracetide.processor.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WindowStatsTest {

  @Test
  void shouldKeepTheSlowestTheFailedAndATypicalTrace() {
    WindowStats stats = new WindowStats();
    add(stats, 100, false, "fast");
    add(stats, 900, false, "slow");
    add(stats, 300, true, "failed");

    assertThat(stats.slowest()).isEqualTo("slow");
    assertThat(stats.error()).isEqualTo("failed");
    assertThat(stats.typical()).isEqualTo("fast");
  }

  @Test
  void shouldKeepTheSumOfBucketsApartFromTheValuesThatStandForThem() {
    WindowStats stats = new WindowStats();
    stats.observe(2, 10);
    stats.observe(8, 90);
    stats.addToSum(777.5);

    WindowStats copy = WindowStatsCodec.decode(WindowStatsCodec.encode(stats, 0)).stats();

    assertThat(copy.count()).isEqualTo(100);
    assertThat(copy.observations()).isEqualTo(100);
    assertThat(copy.sum()).isEqualTo(777.5);
    assertThat(copy.mean()).isEqualTo(7.775);
    assertThat(copy.quantile(0.05)).isCloseTo(2, within(0.02));
    assertThat(copy.quantile(0.5)).isCloseTo(8, within(0.08));
  }

  @Test
  void shouldHaveNoQuantilesWithValuesOfWhichOnlyNumberAndSumAreKnown() {
    WindowStats stats = new WindowStats();
    stats.record(4, 1, false);
    stats.observeUnplaced(3);
    stats.addToSum(26);
    stats.least(2, Double.NaN);
    stats.greatest(15, Double.NaN);

    WindowStats copy = WindowStatsCodec.decode(WindowStatsCodec.encode(stats, 0)).stats();

    assertThat(copy.count()).isEqualTo(4);
    assertThat(copy.observations()).isEqualTo(4);
    assertThat(copy.mean()).isEqualTo(7.5);
    assertThat(copy.min()).isEqualTo(2);
    assertThat(copy.max()).isEqualTo(15);
    assertThat(copy.quantile(0.5)).isNaN();
    assertThat(copy.quantile(1)).isNaN();
  }

  @Test
  void shouldKnowExtremesOnlyWhenNoUnknownValueMayBeBeyondThem() {
    WindowStats stats = new WindowStats();
    stats.observeUnplaced(10);
    stats.least(3, Double.NaN);
    stats.greatest(9, Double.NaN);
    stats.observeUnplaced(5);
    stats.least(Double.NaN, 3);
    stats.greatest(Double.NaN, 9);
    assertThat(stats.min()).isEqualTo(3);
    assertThat(stats.max()).isEqualTo(9);

    stats.least(Double.NaN, 3);
    stats.greatest(Double.NaN, 100);
    assertThat(stats.min()).isEqualTo(3);
    assertThat(stats.max()).isNaN();

    stats.least(Double.NaN, Double.NaN);
    assertThat(stats.min()).isNaN();
  }

  @Test
  void shouldKeepTheUnitAndNoneOfTwo() {
    WindowStats stats = new WindowStats();
    unit(stats, "ms");
    stats.record(7, 1, false);
    WindowStats same = new WindowStats();
    unit(same, "ms");
    stats.merge(same);
    stats.merge(new WindowStats());

    byte[] encoded = WindowStatsCodec.encode(stats, 0);
    assertThat(encoded).hasSizeLessThan(12);
    assertThat(WindowStatsCodec.decode(encoded).stats().unit()).isEqualTo("ms");
    assertThat(WindowStatsCodec.decode(encoded).stats().quantile(0.5)).isEqualTo(7);

    WindowStats other = new WindowStats();
    unit(other, "s");
    other.merge(stats);
    WindowStats mixed = WindowStatsCodec.decode(WindowStatsCodec.encode(other, 0)).stats();
    assertThat(mixed.unit()).isEmpty();
    assertThat(mixed.hasMixedUnits()).isTrue();
    mixed.clear();
    assertThat(mixed.hasMixedUnits()).isFalse();
  }

  private static void unit(WindowStats stats, String unit) {
    stats.unit(unit.getBytes(UTF_8), 0, unit.length());
  }

  @Test
  void shouldReadCountsOfTheFormatBefore() {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < 50; i++) {
      add(stats, i, i % 7 == 0, "t" + i);
    }
    byte[] encoded = WindowStatsCodec.encode(stats, 4);
    encoded[0] = 2;

    WindowStatsCodec.Stored read = WindowStatsCodec.decode(encoded);

    assertThat(read.revision()).isEqualTo(4);
    assertThat(read.stats().count()).isEqualTo(50);
    assertThat(read.stats().quantile(0.5)).isEqualTo(stats.quantile(0.5));
  }

  @Test
  void shouldAddDurationAndFailureToACountedSpan() {
    WindowStats counted = new WindowStats();
    counted.count(2, false);
    WindowStats more = new WindowStats();
    more.complete(1_633_449, 2, true);

    counted.merge(WindowStatsCodec.decode(WindowStatsCodec.encode(more, 0)).stats());

    assertThat(counted.count()).isEqualTo(1);
    assertThat(counted.errors()).isEqualTo(1);
    assertThat(counted.weightedErrors()).isEqualTo(2);
    assertThat(counted.observations()).isEqualTo(2);
    assertThat(counted.max()).isEqualTo(1_633_449);
    assertThat(counted.mean()).isEqualTo(1_633_449);
  }

  @Test
  void shouldCountSpansWithoutADurationOutsideOfTheSketch() {
    WindowStats stats = new WindowStats();
    stats.record(100, 1, false);
    stats.count(1, true);

    assertThat(stats.count()).isEqualTo(2);
    assertThat(stats.errors()).isEqualTo(1);
    assertThat(stats.observations()).isEqualTo(1);
    assertThat(stats.mean()).isEqualTo(100);
  }

  @Test
  void shouldKeepAFailedTraceOfUnknownDuration() {
    WindowStats stats = new WindowStats();
    stats.count(1, true);
    stats.offerExemplar(Double.NaN, true, "failed".getBytes(UTF_8), 0, 6);

    assertThat(stats.error()).isEqualTo("failed");
    assertThat(stats.slowest()).isNull();
    assertThat(stats.typical()).isNull();
  }

  @Test
  void shouldWriteOneSpanInFewBytes() {
    WindowStats stats = new WindowStats();
    add(stats, 123_456, false, "4bf92f3577b34da6a3ce929d0e0e4736");

    byte[] encoded = WindowStatsCodec.encode(stats, 0);

    assertThat(encoded).hasSizeLessThan(28);
    assertThat(WindowStatsCodec.decode(encoded).stats().typical())
        .isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
  }

  @Property(tries = 200)
  void shouldMergeToTheSameInAnyOrder(@ForAll long seed, @ForAll @IntRange(max = 8) int parts) {
    Random random = new Random(seed);
    List<WindowStats> partials = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      WindowStats partial = new WindowStats();
      for (int n = random.nextInt(20); n > 0; n--) {
        add(partial, random.nextInt(50), random.nextInt(5) == 0, "t" + random.nextInt(40));
      }
      if (random.nextBoolean()) {
        unit(partial, random.nextInt(4) == 0 ? "s" : "ms");
        partial.observeUnplaced(random.nextInt(3));
        partial.least(random.nextBoolean() ? random.nextInt(9) : Double.NaN, random.nextInt(9));
        partial.greatest(random.nextBoolean() ? random.nextInt(9) : Double.NaN, 70);
      }
      partials.add(partial);
    }
    byte[] inOrder = WindowStatsCodec.encode(merge(partials), 3);
    Collections.shuffle(partials, random);

    assertThat(WindowStatsCodec.encode(merge(partials), 3)).isEqualTo(inOrder);
  }

  @Property(tries = 200)
  void shouldSurviveTheStore(@ForAll long seed, @ForAll @IntRange(max = 50) int n) {
    Random random = new Random(seed);
    WindowStats stats = new WindowStats();
    for (int i = 0; i < n; i++) {
      stats.record(random.nextInt(10_000), random.nextBoolean() ? 1 : 2.5, random.nextBoolean());
    }

    byte[] encoded = WindowStatsCodec.encode(stats, 7);
    WindowStatsCodec.Stored read = WindowStatsCodec.decode(encoded);

    assertThat(read.revision()).isEqualTo(7);
    assertThat(WindowStatsCodec.encode(read.stats(), 7)).isEqualTo(encoded);
  }

  @Test
  void shouldRefuseBytesThatAreNoCounts() {
    byte[] good = WindowStatsCodec.encode(new WindowStats(), 0);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> WindowStatsCodec.decode(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldKeepSeriesOfTenantsApart() {
    SeriesId part = new SeriesId("a", "b", "*", "used", Map.of("pool", "Eden", "area", "heap"));
    assertThat(SeriesCodec.decode(SeriesCodec.encode(part))).isEqualTo(part);
    assertThat(new String(SeriesCodec.encode(part), UTF_8))
        .isEqualTo("a\0b\0used\0*\0area\0heap\0pool\0Eden");
    SeriesId series = new SeriesId("a", "b", "GET /c", "latency");
    byte[] key = SeriesCodec.encode(series);

    assertThat(SeriesCodec.decode(key)).isEqualTo(series);
    assertThat(SeriesCodec.decode(SeriesCodec.encode(new SeriesId("a\0b", "", "", ""))))
        .isEqualTo(new SeriesId("a\uFFFDb", "", "", ""));
    assertThat(SeriesCodec.serviceHash(key))
        .isEqualTo(SeriesCodec.serviceHash(SeriesCodec.encode(series.ofService())));
  }

  private static void add(WindowStats stats, double value, boolean failed, String trace) {
    stats.record(value, 1, failed);
    byte[] id = trace.getBytes(UTF_8);
    stats.offerExemplar(value, failed, id, 0, id.length);
  }

  private static WindowStats merge(List<WindowStats> partials) {
    WindowStats merged = new WindowStats();
    partials.forEach(merged::merge);
    return merged;
  }
}
