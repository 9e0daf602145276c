package io.tracetide.standalone.launch;

import io.tracetide.runtime.kafka.role.StreamsApp;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.life.ExitCodes;
import java.util.concurrent.CountDownLatch;

/** Runs a server until the process receives a signal, then closes its resources. */
public final class UntilSignal {
  private final Closers closers = new Closers();
  private final CountDownLatch never = new CountDownLatch(1);

  /**
   * Registers the shutdown hook, which closes the resources whatever the state of the main thread
   * is.
   */
  public UntilSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(closers::close, "shutdown"));
  }

  /** The resources, which are closed in reverse order when the process ends. */
  public Closers closers() {
    return closers;
  }

  /** Does not return: the process ends by a signal. */
  public void await() throws InterruptedException {
    never.await();
  }

  /**
   * Prints the address of a role and waits until its processing has failed for good.
   *
   * @param what what has failed then, for the message
   * @return the exit status
   * @throws io.tracetide.runtime.life.EnvironmentException when the environment is the cause
   */
  public static int awaitFailure(StreamsApp app, String what) throws InterruptedException {
    System.out.println("LISTENING " + app.url());
    app.failed().await();
    app.failure()
        .ifPresent(
            cause -> {
              throw cause;
            });
    System.err.println("tracetide: " + what + " has failed for good, see the log above");
    return ExitCodes.FAILURE;
  }
}
