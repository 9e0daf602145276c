package io.tracetide.benchmarks.truth;

/**
 * Events that answers miss, and events that they count more than once, window by window: one does
 * not make up for the other.
 */
public record Balance(long below, long above) {}
