package io.tracetide.standalone.cli;

import io.tracetide.runtime.life.Closers;
import java.util.concurrent.CountDownLatch;

/** Runs a server until the process receives a signal, then closes its resources. */
final class UntilSignal {
  private final Closers closers = new Closers();
  private final CountDownLatch never = new CountDownLatch(1);

  /**
   * Registers the shutdown hook, which closes the resources whatever the state of the main thread
   * is.
   */
  UntilSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(closers::close, "shutdown"));
  }

  /** The resources, which are closed in reverse order when the process ends. */
  Closers closers() {
    return closers;
  }

  /** Does not return: the process ends by a signal. */
  void await() throws InterruptedException {
    never.await();
  }
}
