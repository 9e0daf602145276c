package io.tracetide.processor.query.trace;

import java.time.Duration;

/**
 * How long traces can be asked for after their end.
 *
 * @param notable those that failed or were slow
 */
public record TraceRetention(Duration finished, Duration notable) {}
