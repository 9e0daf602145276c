package io.tracetide.query.answer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The earlier range that an answer is compared to.
 *
 * @param granularityMs length of the earlier windows; greater than that of the answer when only a
 *     coarser tier still keeps them
 * @param retainedFrom windows before this time were deleted by retention; null when all are kept
 */
public record ComparedRange(
    Instant from, Instant to, long granularityMs, @Nullable Instant retainedFrom) {}
