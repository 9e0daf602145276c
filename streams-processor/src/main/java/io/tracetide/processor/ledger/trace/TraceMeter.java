package io.tracetide.processor.ledger.trace;

import java.util.List;

/** Derives measurements from a trace. A pure function of the snapshot. */
@FunctionalInterface
public interface TraceMeter {

  /** A meter without measurements. */
  TraceMeter NONE = trace -> List.of();

  /** All measurements of a trace. */
  List<SpanMeasurement> measure(TraceSnapshot trace);
}
