package io.tracetide.standalone.cli;

import io.tracetide.runtime.life.Closers;
import java.util.concurrent.CountDownLatch;

/** Lets a server run until the process is told to end, then closes what it opened. */
final class UntilSignal {
  private final Closers closers = new Closers();
  private final CountDownLatch never = new CountDownLatch(1);

  /** Closing begins with the signal, whatever the main thread is doing. */
  UntilSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(closers::close, "shutdown"));
  }

  /** Closed in reverse order when the process ends. */
  Closers closers() {
    return closers;
  }

  /** Does not return: the process ends by a signal. */
  void await() throws InterruptedException {
    never.await();
  }
}
