package io.tracetide.schemas.registry;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Time as waiting sees it: it only ever moves forward, whatever is done to the clock of the
 * machine.
 */
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

  /** Nanoseconds since some moment; only differences mean anything. */
  long nanoTime();

  void sleep(Duration duration) throws InterruptedException;
}
