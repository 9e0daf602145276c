package io.tracetide.benchmarks.truth;

/**
 * Missing events and events that were counted more than once, each summed over windows, so that
 * they do not cancel out.
 */
public record Balance(long below, long above) {}
