package io.tracetide.processor.total;

/**
 * A trace that a series counted.
 *
 * @param traceId id of the trace
 * @param micros its duration in microseconds; NaN when it is not known
 * @param timeMs end of the window that it was counted in, milliseconds since the epoch
 */
public record TotalExemplar(String traceId, double micros, long timeMs) {}
