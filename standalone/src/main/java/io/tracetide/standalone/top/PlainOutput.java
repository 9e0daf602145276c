package io.tracetide.standalone.top;

import java.io.PrintStream;
import java.util.List;

/**
 * Plain text without escape codes: each screen below the one before, with an empty line between.
 */
public final class PlainOutput implements TopOutput {
  private static final int COLUMNS = 132;

  private final PrintStream out;
  private boolean shown;

  public PlainOutput(PrintStream out) {
    this.out = out;
  }

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public int rows() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void show(List<TopTable.Line> lines) {
    if (shown) {
      out.println();
    }
    shown = true;
    lines.forEach(line -> out.println(line.text()));
    out.flush();
  }

  /** Whether the reading end of the pipe is closed, such as by {@code head}. */
  @Override
  public boolean isOver() {
    return out.checkError();
  }

  @Override
  public void close() {
    out.flush();
  }
}
