package io.tracetide.standalone.check;

/** The processor's values of one operation in one minute. Missing quantiles are NaN. */
record AnsweredMinute(long count, long errors, double p50Ms, double p95Ms, double p99Ms) {
  static final AnsweredMinute NONE = new AnsweredMinute(0, 0, Double.NaN, Double.NaN, Double.NaN);
}
