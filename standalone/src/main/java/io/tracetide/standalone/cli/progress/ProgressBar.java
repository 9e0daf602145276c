package io.tracetide.standalone.cli.progress;

import java.util.Locale;

/** A progress bar with a count, a rate and a total. */
public final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 30;

  private final StatusLine line;
  private final long total;
  private final String unit;
  private final long startedAt = System.nanoTime();
  private long done;
  private String trouble = "";

  ProgressBar(StatusLine line, long total, String unit) {
    this.line = line;
    this.total = total;
    this.unit = unit;
  }

  /** A bar for spans, on standard error. */
  public static ProgressBar onStandardError(long total) {
    return onStandardError(total, "spans");
  }

  /** A bar for other units, on standard error. */
  public static ProgressBar onStandardError(long total, String unit) {
    return new ProgressBar(StatusLine.onStandardError(), total, unit);
  }

  public synchronized void update(long newDone) {
    done = newDone;
    trouble = "";
    if (line.isDue()) {
      line.update(text());
    }
  }

  /** Shows why there is no progress. */
  public synchronized void waits(String why) {
    trouble = "; trying again: " + why;
    line.update(text());
  }

  private String text() {
    double seconds = (System.nanoTime() - startedAt) / 1e9;
    int filled = total == 0 ? WIDTH : (int) (WIDTH * Math.min(done, total) / total);
    return String.format(
        Locale.ROOT,
        "[%s%s] %d/%d %s, %.0f/s%s",
        "#".repeat(filled),
        ".".repeat(WIDTH - filled),
        done,
        total,
        unit,
        done / Math.max(seconds, 1e-3),
        trouble);
  }

  /** Draws the last state. */
  @Override
  public synchronized void close() {
    line.end(text());
  }
}
