package io.tracetide.benchmarks.truth;

/**
 * The result of a variant for one series in one window of ten seconds.
 *
 * @param startMs start of the window, milliseconds since the epoch
 * @param p95 estimate, as good as the variant's sketch
 */
public record Answer(
    String service,
    String operation,
    long startMs,
    long count,
    long errors,
    double sum,
    double max,
    double p95) {}
