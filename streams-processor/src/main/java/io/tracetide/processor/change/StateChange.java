package io.tracetide.processor.change;

import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.schemas.Anomaly;
import java.util.Map;

/** The new state of a window, an anomaly or a trace. A later change replaces an earlier one. */
public sealed interface StateChange {

  /** Approximate bytes of a change beside its texts and counts. */
  int OVERHEAD_BYTES = 128;

  /** What changes. */
  enum Kind {
    WINDOWS,
    ANOMALIES,
    TRACES
  }

  Kind kind();

  /** Approximate bytes in memory. */
  long weight();

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

    @Override
    public long weight() {
      return (long) OVERHEAD_BYTES + series.length + counts.length;
    }
  }

  /** An anomaly in a new revision. */
  record OfAnomaly(Anomaly anomaly) implements StateChange {
    @Override
    public Kind kind() {
      return Kind.ANOMALIES;
    }

    @Override
    public long weight() {
      return 16L * OVERHEAD_BYTES + anomaly.getSummary().length();
    }
  }

  /** A trace that is followed, or has just ended. */
  record OfTrace(TraceSnapshot trace) implements StateChange {
    @Override
    public Kind kind() {
      return Kind.TRACES;
    }

    @Override
    public long weight() {
      long chars = texts(trace.context()) + texts(trace.tags()) + texts(trace.metadata());
      for (TraceStep step : trace.steps()) {
        chars += OVERHEAD_BYTES + texts(step.attributes());
      }
      return 4 * OVERHEAD_BYTES + trace.currentOperation().length() + chars;
    }

    private static long texts(Map<String, String> texts) {
      long chars = 0;
      for (Map.Entry<String, String> entry : texts.entrySet()) {
        chars += entry.getKey().length() + entry.getValue().length();
      }
      return chars;
    }
  }
}
