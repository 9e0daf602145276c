package io.tracetide.standalone.check;

/** What the processor says of one operation in one minute. Quantiles are NaN where it has none. */
record AnsweredMinute(long count, long errors, double p50Ms, double p95Ms, double p99Ms) {
  static final AnsweredMinute NONE = new AnsweredMinute(0, 0, Double.NaN, Double.NaN, Double.NaN);
}
