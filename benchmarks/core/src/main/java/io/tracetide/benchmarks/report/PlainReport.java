package io.tracetide.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A document of headed tables. */
public final class PlainReport {

  private final StringBuilder text = new StringBuilder();

  /** Creates a report with a title and a description of the run. */
  public PlainReport(String title, List<String> setting) {
    text.append("# ").append(title).append("\n\n");
    setting.forEach(line -> text.append("- ").append(line).append('\n'));
  }

  public PlainReport table(String heading, Table table) {
    text.append("\n## ").append(heading).append("\n\n").append(table.markdown());
    return this;
  }

  /** Adds the values with limits. */
  public PlainReport checks(List<LimitCheck> checks) {
    Table table = LimitCheck.heading();
    checks.forEach(check -> check.addTo(table));
    return table("Promised", table);
  }

  public String markdown() {
    return text.toString();
  }

  /** Writes it to a file. */
  public void write(Path file) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.writeString(file, markdown());
    } catch (IOException e) {
      throw new UncheckedIOException("the report cannot be written: " + e.getMessage(), e);
    }
  }
}
