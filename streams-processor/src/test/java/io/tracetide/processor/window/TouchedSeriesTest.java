package io.tracetide.processor.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.bytes.KeyTable;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TouchedSeriesTest {
  private static final long T0 = WindowTier.BASE.windowStart(1_700_000_000_000L);
  private static final int MANY = 1_000;

  private final OpenWindows open = new OpenWindows();
  private final KeyTable<Series> known = new KeyTable<>();

  private void count(String service, String operation, long startMs, double micros) {
    byte[] key = ("t\0" + service + "\0latency\0" + operation).getBytes(UTF_8);
    Series series = known.find(key, 0, key.length);
    if (series == null) {
      series = new Series(key, known.size());
      known.add(series);
    }
    PartialTable counted = new PartialTable();
    counted.at(key, key.length, startMs).record(micros, 1, false);
    PartialBlock.Writer writer = new PartialBlock.Writer();
    writer.addAll(counted);
    Series of = series;
    PartialBlock.read(
        writer.finish(0, startMs),
        (bytes, keyStart, keyLength, windowMs, countsStart) ->
            open.add(of, windowMs, bytes, countsStart));
  }

  /** Counts by service, operation and window. */
  private Map<String, Long> taken(int most) {
    Map<String, Long> taken = new TreeMap<>();
    open.takeTouched(
        WindowTier.BASE,
        most,
        (key, startMs, counts, closedUpToMs) -> {
          SeriesId series = SeriesCodec.decode(key);
          taken.put(
              series.service() + " " + series.operation() + " " + (startMs - T0),
              WindowStatsCodec.decode(counts).stats().count());
        });
    return taken;
  }

  @Test
  void shouldTakeChangedSeriesAndTheMergeOfTheirService() {
    count("shop", "pay", T0, 5);
    assertThat(taken(MANY)).as("not followed").isEmpty();
    open.follow(true);
    count("shop", "refund", T0, 7);
    count("shop", "refund", T0, 9);
    count("mail", "send", T0 + 10_000, 9);
    assertThat(taken(MANY))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("shop refund 0", 2L, "shop * 0", 3L, "mail send 10000", 1L, "mail * 10000", 1L));
    assertThat(taken(MANY)).isEmpty();
    count("shop", "pay", T0, 5);
    assertThat(taken(MANY)).containsOnlyKeys("shop pay 0", "shop * 0");
  }

  @Test
  void shouldLeaveTheRestForTheNextTime() {
    open.follow(true);
    for (int i = 0; i < 10; i++) {
      count("service-" + i, "work", T0, 1);
    }
    Map<String, Long> all = new TreeMap<>(taken(4));
    assertThat(all).hasSize(4);
    for (int i = 0; i < 4; i++) {
      all.putAll(taken(4));
    }
    assertThat(all).hasSize(20);
  }

  @Test
  void shouldForgetClosedWindows() {
    open.follow(true);
    count("shop", "pay", T0, 5);
    open.remove(T0);
    assertThat(taken(MANY)).isEmpty();
    count("shop", "pay", T0, 5);
    open.clear();
    assertThat(taken(MANY)).isEmpty();
    open.follow(false);
    count("shop", "pay", T0, 5);
    assertThat(taken(MANY)).isEmpty();
  }
}
