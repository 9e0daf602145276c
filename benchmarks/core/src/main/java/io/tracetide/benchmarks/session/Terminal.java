package io.tracetide.benchmarks.session;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What the person at the terminal sees while it runs: on standard error, results go to output. */
public final class Terminal {

  private static final PrintStream OUT = System.err;
  private static final long STARTED = System.nanoTime();
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static long lastProgress;

  private Terminal() {}

  /** A line with the time that has passed since the start. */
  public static synchronized void step(String what) {
    double seconds = (System.nanoTime() - STARTED) / 1e9;
    OUT.println(String.format(Locale.ROOT, "%7.1f s  %s", seconds, what));
    OUT.flush();
  }

  /** A line now and then on something that takes long. */
  public static synchronized void progress(String what, long done, long of) {
    long now = System.nanoTime();
    if (now - lastProgress > EVERY_NANOS) {
      lastProgress = now;
      step(String.format(Locale.ROOT, "%s: %,d of %,d", what, done, of));
    }
  }
}
