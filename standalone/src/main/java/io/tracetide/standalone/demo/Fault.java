package io.tracetide.standalone.demo;

import java.time.Instant;

/** An injected fault with a begin and an end; it affects spans that start between them. */
sealed interface Fault {
  Instant from();

  Instant until();

  default boolean isActiveAt(Instant time) {
    return !time.isBefore(from()) && time.isBefore(until());
  }

  /** Description of the fault. */
  String what();

  /** Multiplies the duration of an operation. */
  record Slowdown(Operation operation, int factor, Instant from, Instant until) implements Fault {
    @Override
    public String what() {
      return "latency x%d into %s".formatted(factor, operation);
    }
  }

  /** Makes a share of the spans of a service fail. */
  record ErrorBurst(String service, double rate, Instant from, Instant until) implements Fault {
    @Override
    public String what() {
      return "%d %% errors into %s".formatted(Math.round(rate * 100), service);
    }
  }
}
