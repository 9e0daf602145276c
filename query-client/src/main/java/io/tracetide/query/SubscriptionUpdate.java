package io.tracetide.query;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of a live query. It has the state of what has changed, not the difference: an item
 * replaces the one before of the same window and series, {@code anomalyId}, or tenant and {@code
 * traceId}.
 *
 * @param snapshot whether it replaces everything that is known
 * @param reason of a snapshot: {@code subscribed}, {@code reassigned}, {@code not_read}; else empty
 * @param stream id of the stream that {@code seq} counts in
 * @param seq number of the update in its stream
 * @param coalesced updates before it whose state it contains, because the listener was slow
 * @param at time of the processor; null when it is not known
 * @param partial whether changes of instances that do not respond are missing
 * @param missing host and port of these instances
 */
public record SubscriptionUpdate<T>(
    boolean snapshot,
    String reason,
    String stream,
    long seq,
    long coalesced,
    @Nullable Instant at,
    boolean partial,
    List<String> missing,
    T content) {
  public SubscriptionUpdate {
    missing = List.copyOf(missing);
  }
}
