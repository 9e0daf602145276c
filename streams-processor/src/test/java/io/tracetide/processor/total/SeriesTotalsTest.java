package io.tracetide.processor.total;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.sketch.SketchBuckets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SeriesTotalsTest {
  private static final long T0 = 1_700_000_000_000L;
  private static final long DAY = Duration.ofDays(1).toMillis();

  private final MemoryTotalStore store = new MemoryTotalStore();
  private final LocalTotals local = new LocalTotals();
  private int folded;
  private SeriesTotals totals = start(100);

  private SeriesTotals start(int series) {
    SeriesTotals started =
        new SeriesTotals(3, new SeriesTotals.Limits(series, DAY), store, local, () -> folded++);
    started.open(Long.MIN_VALUE);
    return started;
  }

  @Test
  void shouldShowTheCountsOfACommitWhenTheTaskGoesOn() {
    count("pay", T0, span(5_000, false));
    assertThat(shown()).isEmpty();

    totals.write(T0 + 10_000);
    assertThat(shown()).as("the commit may still fail").isEmpty();

    totals.goesOn();
    assertThat(shown()).isEqualTo(Map.of("pay", 1.0));
    assertThat(local.partitions()).first().returns(T0 + 10_000, PartitionTotals::closedUpToMs);
  }

  @Test
  void shouldShowNothingThatAFailedCommitTookBack() {
    commit("pay", span(5_000, false));
    count("pay", T0 + 10_000, span(6_000, false));
    totals.discard();

    assertThat(local.partitions()).isEmpty();

    totals = start(100);

    assertThat(shown()).isEqualTo(Map.of("pay", 1.0));
  }

  @Test
  void shouldContinueFromTheSavedTotalsAfterAMove() {
    commit("pay", span(5_000, false));
    commit("pay", span(7_000, true));
    totals.discard();
    SeriesTotals elsewhere = start(100);

    elsewhere.count(key("pay"), T0, T0 + 10_000, span(9_000, false));
    elsewhere.write(T0 + 10_000);
    elsewhere.goesOn();

    SeriesTotal total = total("pay");
    assertThat(total.unset()).isEqualTo(2);
    assertThat(total.errors()).isEqualTo(1);
    assertThat(total.sumMicros()).isEqualTo(21_000);
    assertThat(total.durations().count()).isEqualTo(3);
    assertThat(total.createdMs()).isEqualTo(T0);
  }

  @Test
  void shouldNotLowerACounterWhenASpanFailsAfterItWasCounted() {
    commit("pay", span(5_000, false), span(5_000, false));
    WindowStats failedLater = new WindowStats();
    failedLater.complete(Double.NaN, 1, true);
    commit("pay", failedLater);

    assertThat(total("pay").unset()).isEqualTo(2);
    assertThat(total("pay").errors()).isEqualTo(1);

    commit("pay", span(5_000, false));
    assertThat(total("pay").unset()).as("reached again").isEqualTo(2);

    commit("pay", span(5_000, false));
    assertThat(total("pay").unset() + total("pay").errors()).as("exact again").isEqualTo(4);
  }

  /** No count of any bucket may decrease, whatever arrives in which order. */
  @Test
  void shouldNeverLowerTheCountOfABucket() {
    Random random = new Random(7);
    Map<Double, Double> before = new TreeMap<>();
    for (int window = 0; window < 200; window++) {
      WindowStats stats = new WindowStats();
      for (int i = random.nextInt(60); i >= 0; i--) {
        double weight = random.nextInt(4) == 0 ? 1 + 3 * random.nextDouble() : 1;
        stats.record(Math.exp(random.nextGaussian() * 3 + 8), weight, random.nextInt(9) == 0);
      }
      commit("pay", stats);
      Map<Double, Double> now = new TreeMap<>();
      SketchBuckets.each(total("pay").durations(), (middle, weight) -> now.put(middle, weight));
      before.forEach(
          (middle, weight) -> assertThat(now.get(middle)).isGreaterThanOrEqualTo(weight));
      before.clear();
      before.putAll(now);
    }
    assertThat(before).hasSizeGreaterThan(200);
  }

  /** The cost of a series: its bytes in the store, and in the changelog for each window. */
  @Test
  void shouldTakeLessThanAKilobyteForManySpans() {
    Random random = new Random(5);
    WindowStats stats = new WindowStats();
    for (int i = 0; i < 4_000; i++) {
      stats.record(Math.exp(random.nextGaussian() + 10), 1, false);
    }
    commit("pay", stats);

    System.out.println("bytes of a total: " + store.bytesWritten());
    assertThat(store.bytesWritten()).isLessThan(1_000);
  }

  @Test
  void shouldCountSeriesBeyondTheLimitInTheOverflowOfTheirTenant() {
    totals = start(2);
    commit("a", span(1_000, false));
    commit("b", span(1_000, false));
    commit("c", span(1_000, false));
    commit("d", span(1_000, true));
    commit("a", span(1_000, false));

    assertThat(shown()).isEqualTo(Map.of("a", 2.0, "b", 1.0, SeriesId.OTHER, 1.0));
    assertThat(total(SeriesId.OTHER).errors()).isEqualTo(1);
    assertThat(folded).isEqualTo(2);
  }

  @Test
  void shouldShowAnAnnouncedSeriesWithZero() {
    totals.announce(key("pay"), T0);
    totals.announce(SeriesCodec.encode(SeriesId.ofOperation("t", "s", "*")), T0);
    totals.write(T0);
    totals.goesOn();

    assertThat(shown()).isEqualTo(Map.of("pay", 0.0));

    commit("pay", span(1_000, false));
    totals.announce(key("pay"), T0);
    totals.write(T0);
    totals.goesOn();

    assertThat(shown()).isEqualTo(Map.of("pay", 1.0));
  }

  @Test
  void shouldRemoveSeriesWithoutSpansForLong() {
    commit("old", span(1_000, false));
    count("new", T0 + DAY + 3_600_000, span(1_000, false));
    totals.write(T0 + DAY + 3_700_000);
    totals.goesOn();

    assertThat(shown()).isEqualTo(Map.of("new", 1.0));
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void shouldCountNothingWhenOff() {
    totals = start(0);
    totals.announce(key("pay"), T0);
    commit("pay", span(1_000, false));

    assertThat(shown()).isEmpty();
    assertThat(store.size()).isZero();
  }

  @Test
  void shouldKeepTheExemplarsOfTheNewestWindow() {
    WindowStats first = traced("aaaa", 9_000, true);
    count("pay", T0, first);
    count("pay", T0 + 10_000, traced("bbbb", 4_000, false));
    count("pay", T0, traced("cccc", 99_000, false));
    totals.write(T0 + 20_000);
    totals.goesOn();

    SeriesTotal total = total("pay");
    assertThat(total.slowest()).isEqualTo(new TotalExemplar("bbbb", 4_000, T0 + 20_000));
    assertThat(total.error()).returns("aaaa", TotalExemplar::traceId);
    assertThat(total.typical()).returns("bbbb", TotalExemplar::traceId);
  }

  @Test
  void shouldRejectBytesThatAreNoTotal() {
    byte[] bytes = new SeriesTotal(T0).toBytes();
    byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length - 1);
    assertThatThrownBy(() -> SeriesTotal.fromBytes(cut))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SeriesTotal.fromBytes(new byte[] {9, 1, 1, 1}))
        .hasMessageContaining("unknown format");
  }

  private static WindowStats traced(String trace, double micros, boolean failed) {
    WindowStats stats = span(micros, failed);
    byte[] id = trace.getBytes(StandardCharsets.UTF_8);
    stats.offerExemplar(micros, failed, id, 0, id.length);
    return stats;
  }

  private static WindowStats span(double micros, boolean failed) {
    WindowStats stats = new WindowStats();
    stats.record(micros, 1, failed);
    return stats;
  }

  private static byte[] key(String operation) {
    return SeriesCodec.encode(
        SeriesId.ofOperation("t", operation.equals(SeriesId.OTHER) ? operation : "s", operation));
  }

  private void count(String operation, long startMs, WindowStats stats) {
    totals.count(key(operation), startMs, startMs + 10_000, stats);
  }

  private void commit(String operation, WindowStats... windows) {
    for (WindowStats window : windows) {
      count(operation, T0, window);
    }
    totals.write(T0 + 10_000);
    totals.goesOn();
  }

  private Map<String, Double> shown() {
    Map<String, Double> found = new TreeMap<>();
    local
        .partitions()
        .forEach(
            part ->
                part.each(
                    (key, total) -> found.put(SeriesCodec.decode(key).operation(), total.unset())));
    return found;
  }

  private SeriesTotal total(String operation) {
    List<SeriesTotal> found = new ArrayList<>();
    local
        .partitions()
        .forEach(
            part ->
                part.each(
                    (key, total) -> {
                      if (SeriesCodec.decode(key).operation().equals(operation)) {
                        found.add(total);
                      }
                    }));
    return found.get(0);
  }
}
