package io.tracetide.standalone.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Progress of something countable: one line that redraws itself on a terminal, a line every few
 * seconds elsewhere.
 */
final class ProgressBar implements AutoCloseable {
  private static final Duration ON_TERMINAL = Duration.ofMillis(200);
  private static final Duration ELSEWHERE = Duration.ofSeconds(5);
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final boolean terminal;
  private final long total;
  private final String unit;
  private final long startedAt = System.nanoTime();
  private long drawnAt = startedAt;
  private long done;
  private boolean drawn;

  ProgressBar(PrintStream out, boolean terminal, long total, String unit) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
    this.unit = unit;
  }

  /** On standard error; the script that started us knows whether that is a terminal. */
  static ProgressBar onStandardError(long total) {
    return onStandardError(total, "spans");
  }

  /** The same for other things. */
  static ProgressBar onStandardError(long total, String unit) {
    return new ProgressBar(System.err, Boolean.getBoolean("tracetide.terminal"), total, unit);
  }

  synchronized void update(long newDone) {
    done = newDone;
    long now = System.nanoTime();
    if (now - drawnAt >= (terminal ? ON_TERMINAL : ELSEWHERE).toNanos()) {
      drawnAt = now;
      draw(now);
    }
  }

  private void draw(long now) {
    double seconds = (now - startedAt) / 1e9;
    int filled = total == 0 ? WIDTH : (int) (WIDTH * Math.min(done, total) / total);
    String line =
        String.format(
            Locale.ROOT,
            "[%s%s] %d/%d %s, %.0f/s",
            "#".repeat(filled),
            ".".repeat(WIDTH - filled),
            done,
            total,
            unit,
            done / Math.max(seconds, 1e-3));
    out.print(terminal ? "\r" + line : line + System.lineSeparator());
    out.flush();
    drawn = true;
  }

  /** Draws the last state. */
  @Override
  public synchronized void close() {
    if (drawn || terminal) {
      draw(System.nanoTime());
      if (terminal) {
        out.println();
      }
    }
  }
}
