package io.tracetide.runtime.kafka.delivery;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The waiting deliveries of one receiver, in one lane per key. A lane keeps its order. A lane whose
 * delivery failed waits for its next try, and the other lanes go on.
 *
 * <p>A delivery that failed and has a newer one behind it in its lane is superseded: the newer
 * state is sent at once. A receiver may thus be notified of the end of an alert without a
 * notification of its beginning; the notification contains both times.
 *
 * <p>Times are those of {@link System#nanoTime()}. Not thread-safe.
 */
public final class GroupQueues {

  /** What to do next. */
  public sealed interface Next {
    /** Try to deliver, for the {@code attempt}-th time. */
    record Send(Delivery delivery, int attempt) implements Next {}

    /** Give up a delivery that failed {@code attempts} times, because a newer one waits. */
    record Supersede(Delivery delivery, int attempts) implements Next {}

    /** Nothing is due for the given time, unless something is offered. */
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

  /** The lane that is due longest goes first. A delivery stays until it is done. */
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

  /** Removes a delivery that has ended; the next one of its lane is due. */
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

  /** Makes a failed delivery due again at the given time. */
  void failed(Delivery delivery, long dueNanos) {
    Lane lane = laneOf(delivery);
    if (lane != null) {
      lane.failures++;
      lane.dueNanos = dueNanos;
    }
  }

  /** Holds back all lanes until the given time. */
  void hold(long untilNanos) {
    heldUntil = untilNanos;
  }

  /** Whether the delivery waits or is in flight, that is, was not dropped. */
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

  /** The lane whose first delivery it is; null if there is none. */
  private @Nullable Lane laneOf(Delivery delivery) {
    Lane lane = lanes.get(delivery.lane());
    return lane != null && lane.head() == delivery ? lane : null;
  }
}
