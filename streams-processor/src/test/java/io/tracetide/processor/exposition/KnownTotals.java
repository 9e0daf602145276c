package io.tracetide.processor.exposition;

import io.tracetide.processor.total.LocalTotals;
import io.tracetide.processor.total.MemoryTotalStore;
import io.tracetide.processor.total.SeriesTotals;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Totals of one partition, with what was counted into them. */
public final class KnownTotals {
  public static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final int PARTITION = 2;

  private final LocalTotals local = new LocalTotals();
  private final SeriesTotals totals =
      new SeriesTotals(
          PARTITION,
          new SeriesTotals.Limits(100_000, Duration.ofDays(1).toMillis()),
          new MemoryTotalStore(),
          local,
          () -> {});
  private final Map<SeriesId, WindowStats> counted = new HashMap<>();
  private final Random random = new Random(11);

  public KnownTotals() {
    totals.open(Long.MIN_VALUE);
  }

  public LocalTotals local() {
    return local;
  }

  /** Counts a window of spans with log-normal durations around 25 ms, 5 % of them failed. */
  public void count(String tenant, String service, String operation, int spans, long endMs) {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < spans; i++) {
      double micros = Math.exp(random.nextGaussian() + 10.1);
      boolean failed = i % 20 == 7;
      stats.record(micros, 1, failed);
      byte[] trace = (TRACE.substring(8) + "%08x".formatted(i)).getBytes(StandardCharsets.UTF_8);
      stats.offerExemplar(micros, failed, trace, 0, trace.length);
    }
    SeriesId series = SeriesId.ofOperation(tenant, service, operation);
    totals.count(SeriesCodec.encode(series), endMs - 10_000, endMs, stats);
    totals.write(endMs);
    totals.goesOn();
    counted.computeIfAbsent(series, key -> new WindowStats()).merge(stats);
  }

  public WindowStats counted(String tenant, String service, String operation) {
    return counted.get(SeriesId.ofOperation(tenant, service, operation));
  }

  /** The metrics, with one open anomaly and some traces in flight. */
  public ServiceMetrics metrics() {
    return new ServiceMetrics(local, KnownGauges::new, 1_000, () -> {});
  }

  private static final class KnownGauges implements LocalGauges {
    @Override
    public void checkServing() {}

    @Override
    public void traces(TraceReader reader) {
      reader.read(0, "acme", "shop", 7, 2);
      reader.read(1, "acme", "shop", 5, 0);
    }

    @Override
    public void anomalies(AnomalyReader reader) {
      reader.read(1, "acme", "shop", "high");
      reader.read(1, "acme", "shop", "high");
    }

    @Override
    public void lag(LagReader reader) {
      reader.read("traces", 0, 12);
    }
  }
}
