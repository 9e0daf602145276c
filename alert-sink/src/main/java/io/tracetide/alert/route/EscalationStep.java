package io.tracetide.alert.route;

import java.time.Duration;

/**
 * A further receiver of a group that is not acknowledged.
 *
 * @param after time from the first notification of the group
 * @param receiver name of the receiver
 */
public record EscalationStep(Duration after, String receiver) {}
