package io.tracetide.processor.topology.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.anomaly.MemoryOutput;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.detection.gauge.GaugeWindows;
import io.tracetide.processor.detection.gauge.GaugesConfig;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.ValueKind;
import io.tracetide.processor.window.WindowRow;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.RetainedRows;
import io.tracetide.processor.window.tier.RowStore;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the detector of gauges learns from windows that were stored before it began. */
class StoredWindowsTest {

  private static final WindowTier TIER = WindowTier.MINUTE;
  private static final long SIZE = TIER.sizeMs();
  private static final long BEGIN = 28_000_000 * SIZE;
  private static final SeriesId CPU = SeriesId.ofMetric("acme", "checkout", "cpu_usage_percent");
  private static final SeriesId PAY = SeriesId.ofOperation("acme", "checkout", "pay");

  private final Map<Long, Map<byte[], byte[]>> stored = new TreeMap<>();
  private int reads;

  @Test
  void shouldContinueAsIfItHadSeenThem() {
    int known = 300;
    MemoryOutput seen = new MemoryOutput();
    GaugeWindows watching = new GaugeWindows(GaugesConfig.defaults());
    for (int w = -known; w < 0; w++) {
      store(w, CPU, cpu(w));
      evaluate(watching, w, cpu(w), seen);
    }
    MemoryOutput learned = new MemoryOutput();
    teach(learned);

    assertThat(learned.findings()).isEmpty();
    assertThat(learned.states()).containsOnlyKeys(seen.states().keySet());
    learned
        .states()
        .forEach((subject, state) -> assertThat(state).isEqualTo(seen.states().get(subject)));
  }

  /** Its episode was not published, so it is not continued. */
  @Test
  void shouldPublishNothingOfAFaultInThem() {
    for (int w = -300; w < 0; w++) {
      store(w, CPU, w >= -5 ? 95 : cpu(w));
    }
    MemoryOutput learned = new MemoryOutput();
    teach(learned);
    GaugeWindows detector = learned.restored(new GaugeWindows(GaugesConfig.defaults()));
    for (int w = 0; w < 20; w++) {
      evaluate(detector, w, cpu(w), learned);
    }
    assertThat(learned.findings()).isEmpty();
    assertThat(learned.episodes()).isEmpty();
  }

  @Test
  void shouldReadAsManyAsItLearns() {
    for (int w = -1_440; w < 0; w++) {
      for (int i = 0; i < 20; i++) {
        store(w, SeriesId.ofMetric("acme", "service-" + i, "memory_mb"), cpu(w));
      }
      store(w, PAY, 1);
    }
    teach(new MemoryOutput());

    assertThat(reads).isEqualTo(StoredWindows.MOST_LEARNED / 20);
  }

  @Test
  void shouldLearnNothingWhenNothingIsStored() {
    MemoryOutput learned = new MemoryOutput();
    teach(learned);

    assertThat(learned.states()).isEmpty();
    assertThat(reads).isEqualTo(1_440);
  }

  private void teach(MemoryOutput output) {
    new StoredWindows(TIER, new RetainedRows(new Stored()))
        .teach(new GaugeWindows(GaugesConfig.defaults()), BEGIN, output);
  }

  private static double cpu(int w) {
    return 40 + 2 * new Random(31L * w).nextGaussian();
  }

  private static void evaluate(GaugeWindows detector, int w, double value, MemoryOutput output) {
    TierWindow window = new TierWindow(TIER, BEGIN + w * SIZE);
    detector.observe(CPU, window, stats(value));
    detector.complete(window, RecentWindows.NONE, output);
  }

  private void store(int w, SeriesId series, double value) {
    byte[] key = SeriesCodec.encode(series);
    int prefix = SeriesCodec.servicePrefixLength(key);
    WindowRow.Writer row = new WindowRow.Writer();
    row.add(key, prefix, stats(value), 0);
    long startMs = BEGIN + w * SIZE;
    stored
        .computeIfAbsent(startMs, ms -> new TreeMap<>(Arrays::compareUnsigned))
        .put(RowKey.of(startMs, key, prefix, series.isLatency() ? 1 : 0), row.finish(false));
  }

  private static WindowStats stats(double value) {
    WindowStats stats = new WindowStats();
    stats.unit(new byte[0], 0, 0);
    stats.kind(ValueKind.GAUGE);
    stats.record(value, 1, false);
    return stats;
  }

  /** The rows of a window. */
  private final class Stored implements RowStore {
    @Override
    public void put(byte[] key, byte[] row, long windowStartMs) {
      throw new AssertionError("only read");
    }

    @Override
    public byte[] get(byte[] key, long windowStartMs) {
      throw new AssertionError("only scanned");
    }

    @Override
    public Scan scan(long fromMs, long toMs) {
      reads++;
      return new Rows(fromMs, stored.getOrDefault(fromMs, Map.of()));
    }
  }

  private static final class Rows implements RowStore.Scan {
    private final long startMs;
    private final Iterator<Map.Entry<byte[], byte[]>> rows;
    private Map.Entry<byte[], byte[]> current = Map.entry(new byte[0], new byte[0]);

    Rows(long startMs, Map<byte[], byte[]> rows) {
      this.startMs = startMs;
      this.rows = rows.entrySet().iterator();
    }

    @Override
    public boolean next() {
      boolean more = rows.hasNext();
      if (more) {
        current = rows.next();
      }
      return more;
    }

    @Override
    public byte[] key() {
      return current.getKey();
    }

    @Override
    public byte[] row() {
      return current.getValue();
    }

    @Override
    public long windowStartMs() {
      return startMs;
    }

    @Override
    public void close() {}
  }
}
