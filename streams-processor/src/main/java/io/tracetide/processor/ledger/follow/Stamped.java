package io.tracetide.processor.ledger.follow;

import org.jspecify.annotations.Nullable;

/**
 * A value and when it was told. Of two the later one holds, of two of one time the greater one; so
 * what holds in the end does not depend on the order in which they come.
 */
record Stamped<T extends Comparable<T>>(T value, long atMicros) {

  /** The one of both that holds. */
  static <T extends Comparable<T>> Stamped<T> later(@Nullable Stamped<T> one, Stamped<T> other) {
    if (one == null || one.atMicros < other.atMicros) {
      return other;
    }
    boolean otherHolds = one.atMicros == other.atMicros && one.value.compareTo(other.value) < 0;
    return otherHolds ? other : one;
  }
}
