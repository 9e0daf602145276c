package io.tracetide.alert.deliver;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The notifications of one receiver that wait, in one lane per group. A lane keeps its order; a
 * lane that fails waits for its next try and lets the others pass.
 *
 * <p>A notification that failed and has a newer one behind it in its lane is superseded: the
 * receiver is notified of the newer state at once. It may so be notified of the end of an alert
 * without a notification of its beginning; the notification has both times.
 *
 * <p>Times are those of {@link System#nanoTime()}. Not thread-safe.
 */
final class GroupQueues {

  /** What to do next. */
  sealed interface Next {
    /** Try to deliver, for the {@code attempt}-th time. */
    record Send(Delivery delivery, int attempt) implements Next {}

    /** Give up a delivery that failed {@code attempts} times, for the sake of a newer one. */
    record Supersede(Delivery delivery, int attempts) implements Next {}

    /** Nothing for so long, unless something is offered. */
    record Wait(long nanos) implements Next {}
  }

  private static final class Lane {
    private final Deque<Delivery> waiting = new ArrayDeque<>();
    private int failures;
    private long dueNanos;

    Delivery head() {
      return waiting.element();
    }

    boolean isSuperseded() {
      return failures > 0 && waiting.size() > 1;
    }
  }

  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private int size;
  private @Nullable Long heldUntil;

  void offer(Delivery delivery, long now) {
    Lane lane = lanes.computeIfAbsent(delivery.lane(), key -> new Lane());
    if (lane.waiting.isEmpty()) {
      lane.dueNanos = now;
    }
    lane.waiting.add(delivery);
    size++;
  }

  /** The lane that is due longest goes first. What is handed out stays until it is settled. */
  Next next(long now) {
    for (Lane lane : lanes.values()) {
      if (lane.isSuperseded()) {
        return new Next.Supersede(lane.head(), lane.failures);
      }
    }
    Optional<Lane> first =
        lanes.values().stream().min(Comparator.comparingLong(lane -> lane.dueNanos - now));
    if (first.isEmpty()) {
      return new Next.Wait(Long.MAX_VALUE);
    }
    long wait = first.get().dueNanos - now;
    long held = heldUntil == null ? 0 : heldUntil - now;
    return Math.max(wait, held) > 0
        ? new Next.Wait(Math.max(wait, held))
        : new Next.Send(first.get().head(), first.get().failures + 1);
  }

  /** It is over; the next one of its lane may go. */
  void done(Delivery delivery, long now) {
    Lane lane = laneOf(delivery);
    if (lane == null) {
      return;
    }
    lane.waiting.remove();
    size--;
    lane.failures = 0;
    lane.dueNanos = now;
    if (lane.waiting.isEmpty()) {
      lanes.remove(delivery.lane());
    }
  }

  /** It failed, and is due again then. */
  void failed(Delivery delivery, long dueNanos) {
    Lane lane = laneOf(delivery);
    if (lane != null) {
      lane.failures++;
      lane.dueNanos = dueNanos;
    }
  }

  /** Sends nothing to the receiver until then. */
  void hold(long untilNanos) {
    heldUntil = untilNanos;
  }

  /** Whether it waits or is under way, that is, was not dropped. */
  boolean holds(Delivery delivery) {
    return laneOf(delivery) != null;
  }

  void dropIf(Predicate<Delivery> condition) {
    lanes
        .values()
        .removeIf(
            lane -> {
              boolean headStays = !condition.test(lane.head());
              int before = lane.waiting.size();
              lane.waiting.removeIf(condition);
              size -= before - lane.waiting.size();
              lane.failures = headStays ? lane.failures : 0;
              return lane.waiting.isEmpty();
            });
  }

  int size() {
    return size;
  }

  /** The lane whose head it is, if any. */
  private @Nullable Lane laneOf(Delivery delivery) {
    Lane lane = lanes.get(delivery.lane());
    return lane != null && lane.head() == delivery ? lane : null;
  }
}
