package io.tracetide.processor.query.window;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The earlier range of an answer.
 *
 * @param granularityMs width of the earlier windows; greater than that of the answer when only a
 *     coarser tier still keeps them
 * @param retainedFrom windows of the earlier range before this time were deleted by retention; null
 *     when all of it is kept
 */
public record EarlierRange(
    Instant from, Instant to, long granularityMs, @Nullable Instant retainedFrom) {}
