package io.tracetide.processor.change;

import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.schemas.Anomaly;

/** The new state of a window, an anomaly or a trace. A later change replaces an earlier one. */
public sealed interface StateChange {

  /** What changes. */
  enum Kind {
    WINDOWS,
    ANOMALIES,
    TRACES
  }

  Kind kind();

  /**
   * A base window of one series: an operation, the merge of a service's operations, a metric, or a
   * part of one.
   *
   * @param series as {@link io.tracetide.processor.window.SeriesCodec} writes it; not to be changed
   * @param startMs start of the window, milliseconds since the epoch
   * @param closedUpToMs windows that end at or before this time are final; {@code Long.MIN_VALUE}
   *     when none is
   * @param counts all counts of the window, as {@link
   *     io.tracetide.processor.window.WindowStatsCodec} writes them; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // Changes are never compared.
  record OfWindow(byte[] series, long startMs, long closedUpToMs, byte[] counts)
      implements StateChange {
    @Override
    public Kind kind() {
      return Kind.WINDOWS;
    }
  }

  /** An anomaly in a new revision. */
  record OfAnomaly(Anomaly anomaly) implements StateChange {
    @Override
    public Kind kind() {
      return Kind.ANOMALIES;
    }
  }

  /** A trace that is followed, or has just ended. */
  record OfTrace(TraceSnapshot trace) implements StateChange {
    @Override
    public Kind kind() {
      return Kind.TRACES;
    }
  }
}
