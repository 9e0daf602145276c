package io.tracetide.standalone.demo;

import java.time.Instant;

/** Something that goes wrong for a while, for work that starts while it does. */
sealed interface Fault {
  Instant from();

  Instant until();

  default boolean isActiveAt(Instant time) {
    return !time.isBefore(from()) && time.isBefore(until());
  }

  /** What it is, for people. */
  String what();

  /** An operation takes several times as long. */
  record Slowdown(Operation operation, int factor, Instant from, Instant until) implements Fault {
    @Override
    public String what() {
      return "latency x%d into %s".formatted(factor, operation);
    }
  }

  /** A share of everything that a service does fails. */
  record ErrorBurst(String service, double rate, Instant from, Instant until) implements Fault {
    @Override
    public String what() {
      return "%d %% errors into %s".formatted(Math.round(rate * 100), service);
    }
  }
}
