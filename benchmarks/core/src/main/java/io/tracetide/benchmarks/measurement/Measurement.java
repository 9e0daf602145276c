package io.tracetide.benchmarks.measurement;

import io.tracetide.benchmarks.truth.Verdict;
import io.tracetide.benchmarks.variant.Variant;
import java.util.OptionalLong;

/**
 * One run of one variant.
 *
 * @param round from 1
 * @param run its samples
 * @param events records it read
 * @param steady figures of the last 75 % of the events
 * @param cpuSeconds processor seconds of the whole process, its start included
 * @param seconds from its start until the last answer
 * @param peakRssBytes most memory it had resident
 * @param verdict whether its answers were right
 */
public record Measurement(
    Variant variant,
    int round,
    Trajectory run,
    long events,
    SteadyState steady,
    double cpuSeconds,
    double seconds,
    OptionalLong peakRssBytes,
    Verdict verdict) {}
