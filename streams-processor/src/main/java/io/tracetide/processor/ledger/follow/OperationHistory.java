package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.window.sketch.QuantileSketch;
import java.util.OptionalLong;

/**
 * The durations of the traces of one operation, in the current and the previous hour with traces.
 */
final class OperationHistory {

  /** Minimum of ended traces for a 99th percentile. */
  static final int FEWEST = 20;

  private static final long PERIOD_MS = 3_600_000;

  /** Number of further ends after which the percentile is computed again. */
  private static final int STALE_AFTER = 16;

  private QuantileSketch former = new QuantileSketch();
  private QuantileSketch current = new QuantileSketch();
  private long sinceMs;
  private int added;
  private double p99 = Double.NaN;
  private boolean fresh;

  OperationHistory(long observedMs) {
    sinceMs = observedMs;
  }

  void add(long durationMicros, long observedMs) {
    if (observedMs - sinceMs >= PERIOD_MS) {
      former = current;
      current = new QuantileSketch();
      sinceMs = observedMs;
    }
    current.add((double) durationMicros);
    fresh &= ++added % STALE_AFTER != 0 && current.count() > FEWEST;
  }

  /** See {@link KeyTable#fetch}. */
  int fetch() {
    return current.fetch();
  }

  /** 99th percentile of the durations; empty when there are too few. */
  OptionalLong p99Micros() {
    if (current.count() + former.count() < FEWEST) {
      return OptionalLong.empty();
    }
    if (!fresh) {
      QuantileSketch both = new QuantileSketch();
      both.merge(former);
      both.merge(current);
      p99 = both.quantile(0.99);
      fresh = true;
    }
    return OptionalLong.of((long) p99);
  }

  byte[] encode() {
    return new FactWriter()
        .fixed(sinceMs)
        .bytes(former.toBytes())
        .bytes(current.toBytes())
        .toByteArray();
  }

  static OperationHistory decode(byte[] bytes) {
    FactReader in = new FactReader(bytes);
    OperationHistory history = new OperationHistory(in.fixed());
    history.former = QuantileSketch.fromBytes(in.bytes());
    history.current = QuantileSketch.fromBytes(in.bytes());
    return history;
  }
}
