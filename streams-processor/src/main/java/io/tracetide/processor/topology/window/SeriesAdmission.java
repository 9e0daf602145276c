package io.tracetide.processor.topology.window;

import io.micrometer.core.instrument.Counter;
import io.tracetide.processor.cardinality.OverflowReason;
import io.tracetide.processor.cardinality.SeriesLimits;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.Series;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * {@link SeriesLimits} of one task, which remember in {@link #ADMITTED_NAMES} whom they admitted,
 * and count what they fold. To be made anew whenever its task starts: it reads the store then, and
 * may be asked before the task can write to it.
 */
public final class SeriesAdmission implements SeriesLimits.Journal {

  /** Store of admitted series by key, and when each was seen last, in event time. */
  public static final String ADMITTED_NAMES = "admitted-names";

  private final KeyValueStore<Bytes, Long> store;

  /** What changed since the last commit: when a series was seen, or empty when it is forgotten. */
  private final Map<Bytes, OptionalLong> changed = new LinkedHashMap<>();

  private final Map<OverflowReason, Counter> folded = new EnumMap<>(OverflowReason.class);
  private final SeriesLimits limits;

  SeriesAdmission(
      SeriesLimits.Limits limits, KeyValueStore<Bytes, Long> store, ProcessorMetrics metrics) {
    this.store = store;
    for (OverflowReason reason : OverflowReason.values()) {
      folded.put(reason, metrics.folded(reason));
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

  /** See {@link SeriesLimits#admit}. */
  @Nullable Series admit(byte[] bytes, int start, int length, long windowStartMs) {
    return limits.admit(bytes, start, length, windowStartMs);
  }

  /** See {@link SeriesLimits#fetch}. */
  int fetch(byte[] bytes, int start, int length) {
    return limits.fetch(bytes, start, length);
  }

  /** See {@link SeriesLimits#heldFrom}. */
  void heldFrom(long oldestWindowMs) {
    limits.heldFrom(oldestWindowMs);
  }

  /** Stores what has changed; to be called at each commit. */
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
  }

  @Override
  public void forgotten(byte[] key) {
    changed.put(Bytes.wrap(key), OptionalLong.empty());
  }

  @Override
  public void folded(OverflowReason reason) {
    Counter counter = folded.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
