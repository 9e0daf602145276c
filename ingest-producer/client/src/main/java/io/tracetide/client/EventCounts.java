package io.tracetide.client;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts emitted, acknowledged and dropped events. */
final class EventCounts {

  private final LongAdder emitted = new LongAdder();
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder unsampled = new LongAdder();
  private final Map<DropReason, LongAdder> dropped = new EnumMap<>(DropReason.class);

  EventCounts() {
    for (DropReason reason : DropReason.values()) {
      dropped.put(reason, new LongAdder());
    }
  }

  void emitted() {
    emitted.increment();
  }

  void acknowledged(int events) {
    acknowledged.add(events);
  }

  void unsampled() {
    unsampled.increment();
  }

  void dropped(DropReason reason) {
    dropped(reason, 1);
  }

  void dropped(DropReason reason, int events) {
    LongAdder count = dropped.get(reason);
    if (count != null) {
      count.add(events);
    }
  }

  long dropped() {
    long sum = 0;
    for (LongAdder count : dropped.values()) {
      sum += count.sum();
    }
    return sum;
  }

  /** {@code emitted} is read last, so that it is never less than the other counts together. */
  EmitterStats stats() {
    Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);
    dropped.forEach((reason, count) -> counts.put(reason, count.sum()));
    long known = acknowledged.sum();
    return new EmitterStats(emitted.sum(), known, counts, unsampled.sum());
  }
}
