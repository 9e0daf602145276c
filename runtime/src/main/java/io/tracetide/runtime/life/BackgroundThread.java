package io.tracetide.runtime.life;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A daemon thread whose work looks regularly whether it is to end. */
public final class BackgroundThread {
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /** A thread that has not started. */
  public BackgroundThread(String name, Runnable work) {
    thread = new Thread(work, name);
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Whether the work is to end. */
  public boolean isClosing() {
    return closing.getCount() == 0;
  }

  /** Waits in the work; ends early when it is to end. An interrupt ends the work, too. */
  public void pause(Duration length) {
    try {
      closing.await(length.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      closing.countDown();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Ends the work, and waits for its end.
   *
   * @param patience after which it is not waited for any longer
   */
  public void close(Duration patience) {
    closing.countDown();
    try {
      thread.join(patience.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
