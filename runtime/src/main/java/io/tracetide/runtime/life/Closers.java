package io.tracetide.runtime.life;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open resources of a process, closed in reverse order.
 *
 * <p>A failure to close is logged with the resource's name; the others are closed all the same. A
 * second {@link #close()} waits for the first and does nothing, so that a shutdown hook and an
 * ordinary end may both call it.
 */
public final class Closers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Closers.class);

  private final Deque<Named> open = new ArrayDeque<>();
  private boolean closed;

  /** Runs the start of a process; when it fails, what it has opened so far is closed. */
  public static <T> T start(Function<Closers, T> start) {
    Closers closers = new Closers();
    try {
      return start.apply(closers);
    } catch (RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  /**
   * Registers a resource and returns it. After {@link #close()} the resource is closed at once and
   * rejected: a shutdown came before the end of the start.
   */
  public <T extends AutoCloseable> T add(String name, T resource) {
    synchronized (this) {
      if (!closed) {
        open.push(new Named(name, resource));
        return resource;
      }
    }
    close(new Named(name, resource));
    throw new IllegalStateException(name + " was opened after the shutdown");
  }

  @Override
  public synchronized void close() {
    closed = true;
    boolean interrupted = false;
    while (!open.isEmpty()) {
      interrupted |= close(open.pop());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** True if the thread was interrupted. */
  @SuppressWarnings(
      "InterruptedExceptionSwallowed") // rethrown by the caller after it has closed the others
  private static boolean close(Named named) {
    long started = System.nanoTime();
    try {
      named.resource.close();
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
      log.debug("closed name={} tookMs={}", named.name, millis);
      return false;
    } catch (InterruptedException e) {
      log.warn("close interrupted name={}", named.name);
      return true;
    } catch (Exception e) {
      log.warn("close failed name={}", named.name, e);
      return false;
    }
  }

  private record Named(String name, AutoCloseable resource) {}
}
