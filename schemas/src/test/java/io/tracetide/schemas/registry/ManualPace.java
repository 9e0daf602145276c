package io.tracetide.schemas.registry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only by sleeping or when a test advances it. */
final class ManualPace implements RetryPace {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final List<Duration> slept = new CopyOnWriteArrayList<>();

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public void sleep(Duration duration) {
    slept.add(duration);
    advance(duration);
  }

  void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  List<Duration> slept() {
    return List.copyOf(slept);
  }
}
