package io.tracetide.processor.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.bytes.KeyTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OpenWindowTest {

  private static final long T0 = 1_700_000_000_000L;

  private final KeyTable<Series> known = new KeyTable<>();

  private Series series(String operation) {
    byte[] key = ("t\0s\0latency\0" + operation).getBytes(UTF_8);
    Series found = known.find(key, 0, key.length);
    if (found == null) {
      found = new Series(key, known.size() * 700);
      known.add(found);
    }
    return found;
  }

  @Property(tries = 60)
  void shouldCountWhatAllBlocksBroughtHoweverManyTheyWere(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int blocks,
      @ForAll @IntRange(min = 1, max = 30) int operations) {
    Random random = new Random(seed);
    OpenWindow window = new OpenWindow();
    Map<String, WindowStats> expected = new HashMap<>();
    for (int b = 0; b < blocks; b++) {
      PartialTable counted = new PartialTable();
      for (int i = random.nextInt(20); i >= 0; i--) {
        String operation = "op" + random.nextInt(operations);
        byte[] key = series(operation).key();
        double value = random.nextInt(1_000_000);
        boolean failed = random.nextBoolean();
        counted.at(key, key.length, T0).record(value, 1, failed);
        expected.computeIfAbsent(operation, name -> new WindowStats()).record(value, 1, failed);
      }
      PartialBlock.Writer writer = new PartialBlock.Writer();
      writer.addAll(counted);
      PartialBlock.read(
          writer.finish(0, T0),
          (bytes, keyStart, keyLength, startMs, countsStart) ->
              window.add(known.find(bytes, keyStart, keyLength), bytes, countsStart));
    }

    assertThat(window.size()).isEqualTo(expected.size());
    // Reading the counts does not change them.
    for (int i = 0; i < 2 * window.size(); i++) {
      Series series = window.get(i % window.size());
      WindowStats stats = new WindowStats();
      window.addTo(stats, series);
      assertThat(WindowStatsCodec.encode(stats, 0))
          .isEqualTo(WindowStatsCodec.encode(expected.get(series.id().operation()), 0));
    }
    assertThat(window.has(series("another"))).isFalse();
  }

  @Test
  void shouldKeepTheOrderOfSeriesFromWindowToWindow() {
    SeriesOrder order = new SeriesOrder();
    Random random = new Random(5);
    for (int size : new int[] {50, 60, 3, 200, 1, 90}) {
      OpenWindow window = new OpenWindow();
      Map<String, Series> expected = new TreeMap<>();
      for (int i = 0; i < size; i++) {
        String operation = "op%04d".formatted(random.nextInt(300));
        expected.put(operation, series(operation));
        window.add(series(operation), block(), countsStart());
      }

      assertThat(order.of(window)).containsExactlyElementsOf(expected.values());
    }
  }

  @Test
  void shouldFindEntriesAfterOthersWereTakenOut() {
    List<Series> all = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      all.add(series("op" + i));
    }

    known.removeIf(entry -> entry.id().operation().endsWith("7"));

    assertThat(known.size()).isEqualTo(4_500);
    for (Series series : all) {
      boolean gone = series.id().operation().endsWith("7");
      assertThat(known.find(series.key(), 0, series.key().length) == null).isEqualTo(gone);
    }
  }

  private static byte[] block() {
    byte[] key = "t\0s\0latency\0x".getBytes(UTF_8);
    PartialTable counted = new PartialTable();
    counted.at(key, key.length, T0).record(7, 1, false);
    PartialBlock.Writer writer = new PartialBlock.Writer();
    writer.addAll(counted);
    return writer.finish(0, T0);
  }

  private static int countsStart() {
    int[] at = {0};
    PartialBlock.read(block(), (bytes, keyStart, keyLength, startMs, start) -> at[0] = start);
    return at[0];
  }
}
