package io.tracetide.processor.ledger.trace;

import java.util.List;

/** Says what happened in a trace as figures. The same snapshot always comes to the same ones. */
@FunctionalInterface
public interface TraceMeter {

  /** Nothing is measured. */
  TraceMeter NONE = trace -> List.of();

  /** Everything that a trace comes to. */
  List<SpanMeasurement> measure(TraceSnapshot trace);
}
