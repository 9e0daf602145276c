package io.tracetide.detection.evidence;

/** A property of a series that is judged on its own. */
public enum EvidenceChannel {
  /** Durations of spans, in microseconds; the geometric mean is shown. */
  LATENCY,
  /** Spans per window. */
  THROUGHPUT,
  /** Share of spans with an error, 0 to 1. */
  ERRORS
}
