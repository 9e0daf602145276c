package io.tracetide.query;

import org.jspecify.annotations.Nullable;

/** The last update that the listener got, and how the next one relates to it. For one thread. */
final class LivePosition {
  private @Nullable String stream;
  private long seq;

  /** How an update relates to those before. */
  enum Relation {
    /** It continues them, or replaces them. */
    NEXT,
    /** The listener got it already. */
    REPEATED,
    /** Updates in between are missing. */
    GAP
  }

  /** {@code stream:seq} to resume after; null when there is nothing to resume. */
  @Nullable String resume() {
    return stream == null ? null : stream + ":" + seq;
  }

  Relation relation(String ofStream, long number, long coalesced, boolean snapshot) {
    if (snapshot) {
      return Relation.NEXT;
    }
    if (stream == null || !stream.equals(ofStream)) {
      return Relation.GAP; // Changes of a state that the listener does not have.
    }
    if (number <= seq) {
      return Relation.REPEATED;
    }
    return number - coalesced > seq + 1 ? Relation.GAP : Relation.NEXT;
  }

  void delivered(String ofStream, long number) {
    stream = ofStream;
    seq = number;
  }

  /** Forgets the position, so that the next connection begins with a snapshot. */
  void forget() {
    stream = null;
  }
}
