package io.tracetide.alert.decision;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledgement of an alert: it is not repeated and not escalated.
 *
 * @param by author
 * @param comment note for others
 * @param at when it was given
 * @param expiresAt when it ends; null for the resolution of the alert
 * @param mutedUntilResolved whether nothing but the resolution is notified
 */
public record Acknowledgement(
    String by,
    String comment,
    Instant at,
    @Nullable Instant expiresAt,
    boolean mutedUntilResolved) {}
