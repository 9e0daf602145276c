package io.tracetide.schemas.registry;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A monotonic clock and pauses between retries, independent of changes of the system clock. */
interface RetryPace {

  RetryPace SYSTEM =
      new RetryPace() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }
      };

  /** Nanoseconds since an arbitrary time; only differences are meaningful. */
  long nanoTime();

  void sleep(Duration duration) throws InterruptedException;
}
