package io.tracetide.processor.ledger.follow;

import org.jspecify.annotations.Nullable;

/**
 * A value with the time of its event. Of two values the later one is kept, of two with the same
 * time the greater one; so the result does not depend on their order.
 */
record Stamped<T extends Comparable<T>>(T value, long atMicros) {

  /** The one of both that is kept. */
  static <T extends Comparable<T>> Stamped<T> later(@Nullable Stamped<T> one, Stamped<T> other) {
    if (one == null || one.atMicros < other.atMicros) {
      return other;
    }
    boolean otherHolds = one.atMicros == other.atMicros && one.value.compareTo(other.value) < 0;
    return otherHolds ? other : one;
  }
}
