package io.tracetide.benchmarks.session;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Prints the progress to standard error; results are printed to standard output. */
public final class Terminal {

  private static final PrintStream OUT = System.err;
  private static final long STARTED = System.nanoTime();
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static long lastProgress;

  private Terminal() {}

  /** Prints a line with the time since the start. */
  public static synchronized void step(String what) {
    double seconds = (System.nanoTime() - STARTED) / 1e9;
    OUT.println(String.format(Locale.ROOT, "%7.1f s  %s", seconds, what));
    OUT.flush();
  }

  /** Prints the progress of a long step, at most once per interval. */
  public static synchronized void progress(String what, long done, long of) {
    long now = System.nanoTime();
    if (now - lastProgress > EVERY_NANOS) {
      lastProgress = now;
      step(String.format(Locale.ROOT, "%s: %,d of %,d", what, done, of));
    }
  }
}
