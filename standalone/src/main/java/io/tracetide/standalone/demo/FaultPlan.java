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
 * Which faults strike, and when: soon after the beginning a slow operation, then failures of
 * another service; later one of either kind every few minutes. The same seed and beginning give the
 * same faults. Before it begins nothing goes wrong on purpose.
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
  // Those that may still be active, in order of their start; the last one is yet to come.
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
   * How many times as long the operation takes.
   *
   * @param time which must not go back by more than ten minutes: what takes long is planned whole
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

  /** Which share of the service's work fails. */
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

  /** Each fault once, as soon as it is active. */
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
