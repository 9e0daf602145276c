package io.tracetide.query;

import org.jspecify.annotations.Nullable;

/**
 * Receives the updates of a live query, one call at a time. The next message is read only after
 * {@link #onUpdate} has returned; meanwhile the processor combines updates, so a slow listener gets
 * fewer and larger ones. A listener that throws ends the query.
 */
@FunctionalInterface
public interface LiveListener<T> {

  /**
   * A snapshot, or a change. The first update is a snapshot. After a reconnection there are either
   * the changes in between, each once, or a snapshot.
   */
  void onUpdate(SubscriptionUpdate<T> update);

  /**
   * The state has changed.
   *
   * @param why why the connection was lost, or why the query has ended; null otherwise
   */
  default void onState(LiveState state, @Nullable QueryException why) {}
}
