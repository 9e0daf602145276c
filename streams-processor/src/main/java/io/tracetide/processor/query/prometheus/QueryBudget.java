package io.tracetide.processor.query.prometheus;

import io.tracetide.processor.query.promql.syntax.PromqlException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Ends a query when its time is over, or its client has disconnected. */
final class QueryBudget implements Runnable {
  /** A look at the clock for each window would cost more than reading the window. */
  private static final int CALLS_BETWEEN_CHECKS = 16;

  private final LongSupplier nanoTime;
  private final long startNanos;
  private final Duration limit;
  private final BooleanSupplier cancelled;
  private int calls;

  QueryBudget(Duration limit, LongSupplier nanoTime, BooleanSupplier cancelled) {
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.limit = limit;
    this.cancelled = cancelled;
  }

  @Override
  public void run() {
    if (++calls % CALLS_BETWEEN_CHECKS != 0) {
      return;
    }
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the query was cancelled");
    }
    if (nanoTime.getAsLong() - startNanos > limit.toNanos()) {
      throw new PromqlException(
          PromqlException.Kind.TIMEOUT,
          "query timed out in expression evaluation after %d ms: use a shorter time range, a longer"
                  .formatted(limit.toMillis())
              + " step, or select fewer series");
    }
  }
}
