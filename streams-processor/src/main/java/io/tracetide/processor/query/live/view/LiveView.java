package io.tracetide.processor.query.live.view;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.runtime.access.Tenants;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One filter of a live query. All methods are called by the same thread, except {@link #read} and
 * the suppliers of {@link #readAgain}, which block and use nothing that the others change.
 */
public interface LiveView {

  LiveTopic topic();

  /** The only tenants whose changes it shows. */
  Tenants tenants();

  /** Exact names of the only services whose changes it shows; empty for all. */
  Set<String> services();

  /** Adds the items that a change of these tenants and services makes, and none otherwise. */
  void take(SharedChange change, long nowMs, Consumer<Item> items);

  /**
   * The current state, as the query without changes answers it.
   *
   * @throws io.tracetide.processor.query.store.StoresUnavailableException when the stores cannot be
   *     read now
   * @throws io.tracetide.processor.query.request.BadParameterException when the answer is too large
   */
  Record read(Instant now, CancellationCheck cancellation);

  /** Receives the answer of {@link #read} before it is sent. */
  default void hasRead(Record answer) {}

  /**
   * Reads of items that changes have touched and did not contain, at most so many of them. Items of
   * a read that fails have to be read again.
   */
  default List<Supplier<List<Item>>> readAgain(int most) {
    return List.of();
  }
}
