package io.tracetide.client;

import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The outlets of an emitter, one for trace events and one for metric samples. */
final class Outlets {

  /** Time beyond the timeout until threads detect that it has passed. */
  private static final Duration MARGIN = Duration.ofMillis(100);

  private final Outlet<TraceEvent> traces;
  private final Outlet<MetricSample> metrics;
  private final AtomicBoolean closed = new AtomicBoolean();

  Outlets(EmitterSettings settings, Wiring wiring) {
    Connection connection = new Connection(wiring.connect(), 2);
    this.traces = new Outlet<>(Destination.TRACES, settings, wiring, connection);
    this.metrics = new Outlet<>(Destination.METRICS, settings, wiring, connection);
  }

  Outlet<TraceEvent> traces() {
    return traces;
  }

  Outlet<MetricSample> metrics() {
    return metrics;
  }

  void start() {
    traces.start();
    metrics.start();
  }

  boolean flush(Duration timeout) {
    return await(CompletableFuture.allOf(traces.flush(), metrics.flush()), nanos(timeout));
  }

  boolean close(Duration timeout) {
    if (!closed.compareAndSet(false, true)) {
      return true;
    }
    long deadline = System.nanoTime() + nanos(timeout);
    traces.refuse();
    metrics.refuse();
    boolean flushed = flush(timeout);
    Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    traces.stop(left);
    metrics.stop(left);
    Duration patience = left.plus(MARGIN);
    boolean tracesEnded = traces.awaitEnd(patience);
    boolean metricsEnded = metrics.awaitEnd(patience);
    return flushed && tracesEnded && metricsEnded;
  }

  private static boolean await(CompletableFuture<Void> done, long nanos) {
    try {
      done.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a flush is never completed with a failure", e);
    }
  }

  /** Limited to about a hundred years, so that a deadline does not overflow. */
  private static long nanos(Duration timeout) {
    Duration longest = Duration.ofDays(36_500);
    return timeout.isNegative()
        ? 0
        : (timeout.compareTo(longest) > 0 ? longest : timeout).toNanos();
  }
}
