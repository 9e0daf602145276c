package io.tracetide.alert.decision;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Times of an alert.
 *
 * @param startsAt when it started
 * @param endsAt when it ended; for a firing alert of another system, when it ends unless it is sent
 *     again; null for an open anomaly
 * @param updatedAt time of the latest report
 * @param phaseSince when its phase began
 */
public record AlertTimes(
    Instant startsAt, @Nullable Instant endsAt, Instant updatedAt, Instant phaseSince) {}
