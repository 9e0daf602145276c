package io.tracetide.instrumentation.otel;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.tracetide.client.TraceEmitter;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes STARTED events of spans that are still running after a delay, so that running and stuck
 * traces are visible. OpenTelemetry exports a span only when it has ended.
 *
 * <p>Nearly all spans end before the delay and cost no event. Started spans are queued in the order
 * of their start; spans beyond the capacity of the queue are published only when they end.
 */
public final class RunningSpans implements SpanProcessor {

  /** The spans to publish. */
  public enum Which {
    /** Spans without a parent in this process: requests, jobs, messages. */
    LOCAL_ROOTS,
    ALL
  }

  /** Capacity of the queue. */
  static final int CAPACITY = 16_384;

  private static final Duration LONGEST_TICK = Duration.ofMillis(250);

  private final TraceEmitter emitter;
  private final Which which;
  private final long afterNanos;
  private final Queue<Begun> begun = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final ScheduledExecutorService timer;
  private final ScheduledFuture<?> ticks;

  private record Begun(ReadableSpan span, long nanoTime) {}

  /**
   * Starts a processor.
   *
   * @param after delay after which a running span is published
   */
  public RunningSpans(TraceEmitter emitter, Which which, Duration after) {
    if (after.isNegative()) {
      throw new IllegalArgumentException("after is " + after + ", expected at least 0");
    }
    this.emitter = emitter;
    this.which = which;
    this.afterNanos = after.toNanos();
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "tracetide-running-spans");
              thread.setDaemon(true);
              return thread;
            });
    long tick = Math.max(1_000_000, Math.min(afterNanos / 4, LONGEST_TICK.toNanos()));
    this.ticks = timer.scheduleWithFixedDelay(this::tellOfDue, tick, tick, TimeUnit.NANOSECONDS);
  }

  @Override
  public void onStart(Context parentContext, ReadWriteSpan span) {
    if (!span.getSpanContext().isSampled() || !isWatched(span)) {
      return;
    }
    if (waiting.incrementAndGet() > CAPACITY) {
      waiting.decrementAndGet();
      return;
    }
    begun.add(new Begun(span, System.nanoTime()));
  }

  private boolean isWatched(ReadWriteSpan span) {
    SpanContext parent = span.getParentSpanContext();
    return which == Which.ALL || !parent.isValid() || parent.isRemote();
  }

  private void tellOfDue() {
    SpanMapping mapping = new SpanMapping(emitter.settings().tenant());
    long now = System.nanoTime();
    Begun first = begun.peek();
    while (first != null && now - first.nanoTime() >= afterNanos) {
      begun.remove();
      waiting.decrementAndGet();
      if (!first.span().hasEnded()) {
        emitter.emit(mapping.started(first.span().toSpanData()));
      }
      first = begun.peek();
    }
  }

  @Override
  public boolean isStartRequired() {
    return true;
  }

  @Override
  public void onEnd(ReadableSpan span) {}

  @Override
  public boolean isEndRequired() {
    return false;
  }

  @Override
  public CompletableResultCode shutdown() {
    ticks.cancel(false);
    timer.shutdown();
    begun.clear();
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public String toString() {
    return "RunningSpans{which=" + which + ", afterNanos=" + afterNanos + "}";
  }
}
