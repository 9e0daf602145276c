package io.tracetide.processor.topology.window;

import io.micrometer.core.instrument.Counter;
import io.tracetide.processor.cardinality.OverflowReason;
import io.tracetide.processor.cardinality.SeriesLimits;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.total.SeriesTotals;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The {@link SeriesLimits} of one task. Admitted series are stored in {@link #ADMITTED_NAMES}, and
 * overflows to {@code __other__} are counted. Restored from the store each time the task starts;
 * series may be admitted before the task can write to the store.
 */
public final class SeriesAdmission implements SeriesLimits.Journal {

  /** Store of admitted series by key, with the last event time of each. */
  public static final String ADMITTED_NAMES = "admitted-names";

  private final KeyValueStore<Bytes, Long> store;
  private final SeriesTotals totals;

  /** Changes since the last commit: the last event time of a series, or empty when removed. */
  private final Map<Bytes, OptionalLong> changed = new LinkedHashMap<>();

  private final Map<OverflowReason, Counter> overflowed = new EnumMap<>(OverflowReason.class);
  private final SeriesLimits limits;

  /**
   * Restores the admitted series.
   *
   * @param totals where new series are announced
   */
  SeriesAdmission(
      SeriesLimits.Limits limits,
      KeyValueStore<Bytes, Long> store,
      SeriesTotals totals,
      ProcessorMetrics metrics) {
    this.store = store;
    this.totals = totals;
    for (OverflowReason reason : OverflowReason.values()) {
      overflowed.put(reason, metrics.overflowed(reason));
    }
    this.limits = restore(limits);
  }

  private SeriesLimits restore(SeriesLimits.Limits config) {
    SeriesLimits restored = new SeriesLimits(config, this);
    try (KeyValueIterator<Bytes, Long> names = store.all()) {
      while (names.hasNext()) {
        KeyValue<Bytes, Long> name = names.next();
        restored.restore(name.key.get(), name.value);
      }
    }
    return restored;
  }

  SeriesLimits limits() {
    return limits;
  }

  /** Stores the changes; to be called at each commit. */
  void write() {
    changed.forEach(
        (key, seenMs) -> {
          if (seenMs.isPresent()) {
            store.put(key, seenMs.getAsLong());
          } else {
            store.delete(key);
          }
        });
    changed.clear();
  }

  @Override
  public void admitted(byte[] key, long seenMs) {
    changed.put(Bytes.wrap(key), OptionalLong.of(seenMs));
    totals.announce(key, seenMs);
  }

  @Override
  public void forgotten(byte[] key) {
    changed.put(Bytes.wrap(key), OptionalLong.empty());
  }

  @Override
  public void overflowed(OverflowReason reason) {
    Counter counter = overflowed.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
