package io.tracetide.processor.query.trace;

import java.time.Duration;

/**
 * How long traces are kept after their end.
 *
 * @param notable failed or slow traces
 */
public record TraceRetention(Duration finished, Duration notable) {}
