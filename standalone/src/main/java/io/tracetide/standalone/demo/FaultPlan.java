package io.tracetide.standalone.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The schedule of faults: soon after the begin a slow operation, then failures of another service;
 * later one of either kind every few minutes. The same seed and begin give the same faults. There
 * are no faults before the begin.
 */
final class FaultPlan {
  static final Duration LENGTH = Duration.ofSeconds(60);
  static final Duration FIRST_AFTER = Duration.ofSeconds(25);
  static final Duration SECOND_AFTER = FIRST_AFTER.plusSeconds(20);
  static final Duration SHORTEST_REST = Duration.ofSeconds(150);
  static final Duration LONGEST_REST = Duration.ofSeconds(270);
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  static final int FACTOR = 5;
  static final double ERROR_RATE = 0.6;
  private static final double USUAL_ERROR_RATE = 0.001;

  private final SplittableRandom random;
  // Faults that may still be active, in order of their start; the last one has not started yet.
  private final Deque<Fault> planned = new ArrayDeque<>();
  private @Nullable Instant announcedTo;

  FaultPlan(long seed) {
    this.random = new SplittableRandom(seed);
  }

  void begin(Instant beginning) {
    Operation slow = choose(DemoFleet.SLOWABLE);
    Instant first = beginning.plus(FIRST_AFTER);
    planned.add(new Fault.Slowdown(slow, FACTOR, first, first.plus(LENGTH)));
    List<String> others =
        DemoFleet.BREAKABLE.stream().filter(s -> !s.equals(slow.service())).toList();
    planned.add(burst(choose(others), beginning.plus(SECOND_AFTER)));
    announcedTo = beginning;
  }

  /**
   * The factor of an operation's duration.
   *
   * @param time at most ten minutes before that of an earlier call, because long traces are planned
   *     as a whole
   */
  int factor(Operation operation, Instant time) {
    planUntil(time);
    for (Fault fault : planned) {
      if (fault instanceof Fault.Slowdown slowdown
          && slowdown.operation().equals(operation)
          && slowdown.isActiveAt(time)) {
        return slowdown.factor();
      }
    }
    return 1;
  }

  /** The share of failing spans of a service, from 0 to 1. */
  double errorRate(String service, Instant time) {
    planUntil(time);
    for (Fault fault : planned) {
      if (fault instanceof Fault.ErrorBurst burst
          && burst.service().equals(service)
          && burst.isActiveAt(time)) {
        return burst.rate();
      }
    }
    return USUAL_ERROR_RATE;
  }

  /** A fault that has become active; each is returned once. */
  Optional<Fault> toAnnounce(Instant now) {
    if (announcedTo == null) {
      return Optional.empty();
    }
    planUntil(now);
    Instant after = announcedTo;
    Optional<Fault> due =
        planned.stream().filter(f -> f.from().isAfter(after) && f.isActiveAt(now)).findFirst();
    due.ifPresent(fault -> announcedTo = fault.from());
    return due;
  }

  private void planUntil(Instant time) {
    while (!planned.isEmpty() && !planned.getLast().from().isAfter(time)) {
      planned.add(next(planned.getLast().until()));
    }
    while (planned.size() > 1 && planned.getFirst().until().plus(REMEMBERED).isBefore(time)) {
      planned.removeFirst();
    }
  }

  private Fault next(Instant after) {
    Instant from =
        after.plusSeconds(random.nextLong(SHORTEST_REST.toSeconds(), LONGEST_REST.toSeconds() + 1));
    return random.nextBoolean()
        ? new Fault.Slowdown(choose(DemoFleet.SLOWABLE), FACTOR, from, from.plus(LENGTH))
        : burst(choose(DemoFleet.BREAKABLE), from);
  }

  private static Fault burst(String service, Instant from) {
    return new Fault.ErrorBurst(service, ERROR_RATE, from, from.plus(LENGTH));
  }

  private <T> T choose(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
