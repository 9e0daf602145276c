package io.tracetide.standalone.launch;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Tells the person at the terminal what is going on, one line at a time. */
public final class Progress {
  private final PrintStream out;
  private final long startedAt = System.nanoTime();

  public Progress(PrintStream out) {
    this.out = out;
  }

  /** A line with the time that has passed since the start. */
  public void step(String what) {
    line(String.format(Locale.ROOT, "%5.1f s  %s", elapsed().toMillis() / 1_000.0, what));
  }

  /** A line as it is. */
  public synchronized void line(String line) {
    out.println(line);
    out.flush();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startedAt);
  }
}
