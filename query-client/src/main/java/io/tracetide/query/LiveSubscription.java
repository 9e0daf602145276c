package io.tracetide.query;

/** A live query that goes on until it is closed. */
public interface LiveSubscription extends AutoCloseable {

  LiveState state();

  /**
   * Ends it. Waits until a call of the listener that is running has returned; after this method has
   * returned there is none.
   */
  @Override
  void close();
}
