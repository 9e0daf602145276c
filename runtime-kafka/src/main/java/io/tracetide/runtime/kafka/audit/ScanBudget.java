package io.tracetide.runtime.kafka.audit;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** How many records a page may still read, and until when. */
final class ScanBudget {
  private final long most;
  private final long deadlineNanos;
  private final BooleanSupplier cancelled;
  private long scanned;

  ScanBudget(long most, Duration time, BooleanSupplier cancelled) {
    this.most = most;
    this.deadlineNanos = System.nanoTime() + time.toNanos();
    this.cancelled = cancelled;
  }

  void add(long records) {
    scanned += records;
  }

  /** Whether another block may be read; the first one always may, so that every page proceeds. */
  boolean isLeft() {
    return scanned == 0
        || (scanned < most && System.nanoTime() < deadlineNanos && !cancelled.getAsBoolean());
  }

  long scanned() {
    return scanned;
  }
}
