package io.tracetide.processor.query.live;

import java.util.LinkedHashSet;
import java.util.Set;

/** The reads of one channel that are due or in progress. For the thread of the broker. */
final class ReadState {
  /** Subscriptions that wait for a snapshot. */
  final Set<Subscription> waiting = new LinkedHashSet<>();

  /** Reason for which all subscribers need a new snapshot; empty when they do not. */
  String again = "";

  /** Whether a snapshot is being read. */
  boolean reading;

  /** Whether touched points are being read. */
  boolean readingPoints;

  /** No read before this time, milliseconds since the epoch. */
  long notBeforeMs;

  /** No read of touched points before this time. */
  long pointsNotBeforeMs;

  boolean isDue(long nowMs) {
    return !reading && nowMs >= notBeforeMs && (!waiting.isEmpty() || !again.isEmpty());
  }
}
