package io.tracetide.standalone.cli.progress;

import java.io.PrintStream;
import java.time.Duration;

/**
 * The status of a command: one line that is redrawn on a terminal, and otherwise a new line every
 * few seconds when it has changed.
 */
public final class StatusLine implements AutoCloseable {
  private static final Duration ON_TERMINAL = Duration.ofMillis(200);
  private static final Duration ELSEWHERE = Duration.ofSeconds(5);

  private final PrintStream out;
  private final boolean terminal;
  private final Duration interval;
  private long shownAt;
  private String shown = "";
  private String latest = "";

  /**
   * Shows nothing yet.
   *
   * @param interval between two lines
   */
  StatusLine(PrintStream out, boolean terminal, Duration interval) {
    this.out = out;
    this.terminal = terminal;
    this.interval = interval;
    this.shownAt = System.nanoTime();
  }

  /** A status line on standard error; the start script passes whether that is a terminal. */
  public static StatusLine onStandardError() {
    boolean terminal = Boolean.getBoolean("tracetide.terminal");
    return new StatusLine(System.err, terminal, terminal ? ON_TERMINAL : ELSEWHERE);
  }

  /** Whether a line would be shown now. */
  synchronized boolean isDue() {
    return System.nanoTime() - shownAt >= interval.toNanos();
  }

  /** Shows the line if it is due; otherwise keeps it for the end. */
  public synchronized void update(String line) {
    latest = line;
    if (isDue()) {
      show();
    }
  }

  private void show() {
    shownAt = System.nanoTime();
    if (latest.equals(shown)) {
      return;
    }
    if (terminal) {
      out.print("\r" + latest + " ".repeat(Math.max(0, shown.length() - latest.length())));
    } else {
      out.println(latest);
    }
    out.flush();
    shown = latest;
  }

  /** Ends with this line: on a terminal always, otherwise if a line was shown before. */
  public synchronized void end(String line) {
    latest = line;
    close();
  }

  @Override
  public synchronized void close() {
    if (terminal || !shown.isEmpty()) {
      show();
    }
    if (terminal && !shown.isEmpty()) {
      out.println();
      shown = "";
    }
  }
}
