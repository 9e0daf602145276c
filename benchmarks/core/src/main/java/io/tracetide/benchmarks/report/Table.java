package io.tracetide.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** Rows under a heading, padded so that the source is readable, too. */
public final class Table {

  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... heading) {
    rows.add(List.of(heading));
  }

  /** Adds a row with a cell for each of the heading. */
  public Table row(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException(
          cells.length + " cells under " + rows.get(0).size() + " headings");
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The table in Markdown. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      append(text, rows.get(i), ' ');
      if (i == 0) {
        append(text, rows.get(0).stream().map(cell -> "").toList(), '-');
      }
    }
    return text.toString();
  }

  private void append(StringBuilder text, List<String> cells, char filler) {
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      text.append('|').append(filler).append(cell);
      text.append(String.valueOf(filler).repeat(width(column) - cell.length())).append(filler);
    }
    text.append("|\n");
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
