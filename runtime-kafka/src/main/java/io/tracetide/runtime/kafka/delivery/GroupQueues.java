package io.tracetide.runtime.kafka.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
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
 * <p>The messages of a receiver may be limited by a {@link MessageTokens}. The last token is for a
 * message that combines all lanes that are due. Deliveries that were combined and failed are
 * combined again, so that the message has the same id.
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

    /**
     * Combine deliveries into one message, because no more messages are permitted now.
     *
     * @param newest the newest delivery of each lane, the lane that is due longest first
     * @param superseded the older ones of these lanes, in the order of each lane
     * @param attempt number of the attempt
     */
    record Combine(List<Delivery> newest, List<Delivery> superseded, int attempt) implements Next {
      public Combine {
        newest = List.copyOf(newest);
        superseded = List.copyOf(superseded);
      }
    }

    /** Nothing is due for the given time, unless something is offered. */
    record Wait(long nanos) implements Next {}
  }

  private static final class Lane {
    private final Deque<Delivery> waiting = new ArrayDeque<>();
    private int failures;
    private long dueNanos;

    /** Identifies the message that its first delivery was combined into and that failed. */
    private @Nullable Object combined;

    Delivery head() {
      return waiting.element();
    }

    boolean isSuperseded() {
      return failures > 0 && waiting.size() > 1;
    }
  }

  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private @Nullable MessageTokens bucket;
  private int mostCombined;
  private int size;
  private long bytes;
  private @Nullable Long heldUntil;

  /** Lanes without a limit of messages. */
  GroupQueues() {
    this(null, 1);
  }

  /**
   * Lanes with a limit of messages.
   *
   * @param bucket null for no limit
   * @param mostCombined lanes that one message combines at most
   */
  GroupQueues(@Nullable MessageTokens bucket, int mostCombined) {
    this.bucket = bucket;
    this.mostCombined = mostCombined;
  }

  /**
   * Replaces the limit of messages; empty for none. Tokens that were taken stay taken. Without a
   * limit, deliveries that were combined and failed are sent one by one.
   */
  void limit(Optional<MessageRate> rate, long now) {
    if (rate.isEmpty()) {
      bucket = null;
      mostCombined = 1;
      lanes.values().forEach(lane -> lane.combined = null);
      return;
    }
    bucket = bucket == null ? new MessageTokens(rate.get(), now) : bucket.withRate(rate.get(), now);
    mostCombined = rate.get().combined();
  }

  void offer(Delivery delivery, long now) {
    Lane lane = lanes.computeIfAbsent(delivery.lane(), key -> new Lane());
    if (lane.waiting.isEmpty()) {
      lane.dueNanos = now;
    }
    lane.waiting.add(delivery);
    size++;
    bytes += delivery.value().length;
  }

  /** The lane that is due longest goes first. A delivery stays until it is done. */
  Next next(long now) {
    long held = heldUntil == null ? 0 : heldUntil - now;
    for (Lane lane : lanes.values()) {
      if (held <= 0 && lane.isSuperseded()) {
        return new Next.Supersede(lane.head(), lane.failures);
      }
    }
    Optional<Lane> first =
        lanes.values().stream().min(Comparator.comparingLong(lane -> lane.dueNanos - now));
    if (first.isEmpty()) {
      return new Next.Wait(Long.MAX_VALUE);
    }
    long wait = first.get().dueNanos - now;
    return Math.max(wait, held) > 0 ? new Next.Wait(Math.max(wait, held)) : due(first.get(), now);
  }

  /** What to do with a lane that is due. */
  private Next due(Lane lane, long now) {
    int tokens = bucket == null ? Integer.MAX_VALUE : bucket.tokens(now);
    if (bucket != null && tokens == 0) {
      return new Next.Wait(bucket.untilNext(now));
    }
    if (lane.combined != null || tokens == 1) {
      List<Lane> together = together(lane, now);
      if (together.size() > 1) {
        return combine(together);
      }
      if (tokens == 1 && lane.waiting.size() > 1) {
        return new Next.Supersede(lane.head(), lane.failures);
      }
    }
    return new Next.Send(lane.head(), lane.failures + 1);
  }

  /** The lanes that are due with this one, those that are due longest first. */
  private List<Lane> together(Lane lane, long now) {
    return lanes.values().stream()
        .filter(other -> other.dueNanos - now <= 0 && other.combined == lane.combined)
        .sorted(Comparator.comparingLong(other -> other.dueNanos - now))
        .limit(mostCombined)
        .toList();
  }

  private static Next combine(List<Lane> together) {
    List<Delivery> newest = new ArrayList<>();
    List<Delivery> superseded = new ArrayList<>();
    int failures = 0;
    for (Lane lane : together) {
      superseded.addAll(lane.waiting);
      superseded.remove(superseded.size() - 1);
      newest.add(lane.waiting.getLast());
      failures = Math.max(failures, lane.failures);
    }
    return new Next.Combine(newest, superseded, failures + 1);
  }

  /** Whether messages are so limited that deliveries are combined. */
  boolean isLimited(long now) {
    return bucket != null && bucket.tokens(now) <= 1;
  }

  /** Counts a message that was sent. */
  void spend(long now) {
    if (bucket != null) {
      bucket.take(now);
    }
  }

  /** Removes a delivery that has ended; the next one of its lane is due. */
  void done(Delivery delivery, long now) {
    Lane lane = laneOf(delivery);
    if (lane == null) {
      return;
    }
    lane.waiting.remove();
    size--;
    bytes -= delivery.value().length;
    lane.failures = 0;
    lane.combined = null;
    lane.dueNanos = now;
    if (lane.waiting.isEmpty()) {
      lanes.remove(delivery.lane());
    }
  }

  /** Makes a failed delivery due again at the given time. */
  void failed(Delivery delivery, long dueNanos) {
    failed(List.of(delivery), dueNanos);
  }

  /** Makes deliveries that were combined due again at the given time, in the same message. */
  void failed(List<Delivery> deliveries, long dueNanos) {
    Object together = deliveries.size() > 1 && bucket != null ? new Object() : null;
    for (Delivery delivery : deliveries) {
      Lane lane = laneOf(delivery);
      if (lane != null) {
        lane.failures++;
        lane.dueNanos = dueNanos;
        lane.combined = together;
      }
    }
  }

  /** Holds back all lanes until the given time. */
  void hold(long untilNanos) {
    heldUntil = untilNanos;
  }

  /** Makes all lanes due, and ends the hold. */
  void retryNow(long now) {
    heldUntil = null;
    for (Lane lane : lanes.values()) {
      if (lane.dueNanos - now > 0) {
        lane.dueNanos = now;
      }
    }
  }

  /** Whether the delivery waits or is in flight, that is, has not ended and was not dropped. */
  boolean holds(Delivery delivery) {
    Lane lane = lanes.get(delivery.lane());
    return lane != null && lane.waiting.contains(delivery);
  }

  void dropIf(Predicate<Delivery> condition) {
    lanes
        .values()
        .removeIf(
            lane -> {
              boolean headStays = !condition.test(lane.head());
              lane.waiting.removeIf(delivery -> drops(delivery, condition));
              lane.failures = headStays ? lane.failures : 0;
              lane.combined = headStays ? lane.combined : null;
              return lane.waiting.isEmpty();
            });
  }

  private boolean drops(Delivery delivery, Predicate<Delivery> condition) {
    boolean drops = condition.test(delivery);
    if (drops) {
      size--;
      bytes -= delivery.value().length;
    }
    return drops;
  }

  int size() {
    return size;
  }

  /** Bytes of the values. */
  long bytes() {
    return bytes;
  }

  /** The lane whose first delivery it is; null if there is none. */
  private @Nullable Lane laneOf(Delivery delivery) {
    Lane lane = lanes.get(delivery.lane());
    return lane != null && lane.head() == delivery ? lane : null;
  }
}
