package io.tracetide.query;

/** State of a live query. */
public enum LiveState {
  /** The first connection is being made. */
  CONNECTING,
  /** The processor sends updates. */
  LIVE,
  /** The connection was lost, and is made again by itself. */
  RECONNECTING,
  /** There will be no more updates: it was closed, or the processor has refused it. */
  ENDED
}
