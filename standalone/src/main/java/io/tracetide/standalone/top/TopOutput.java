package io.tracetide.standalone.top;

import java.util.List;

/** Where the screen is shown. */
public interface TopOutput extends AutoCloseable {

  /** Columns of a line. */
  int columns();

  /** Most lines. */
  int rows();

  void show(List<TopTable.Line> lines);

  /** Whether the user wants to end it. */
  boolean isOver();

  /** Leaves the terminal as it was. */
  @Override
  void close();
}
