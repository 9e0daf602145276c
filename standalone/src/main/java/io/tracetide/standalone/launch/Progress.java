package io.tracetide.standalone.launch;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Prints the progress of the start to the terminal, line by line. */
public final class Progress {
  private final PrintStream out;
  private final long startedAt = System.nanoTime();

  public Progress(PrintStream out) {
    this.out = out;
  }

  /** Prints a line with the time since the start. */
  public void step(String what) {
    line(String.format(Locale.ROOT, "%5.1f s  %s", elapsed().toMillis() / 1_000.0, what));
  }

  /** Prints a line. */
  public synchronized void line(String line) {
    out.println(line);
    out.flush();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startedAt);
  }
}
