package io.tracetide.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Markdown file and the picture beside it. */
public record ReportFile(Path markdown) {

  /** Name of the picture: the same, ending in .svg. */
  public String pictureName() {
    String name = String.valueOf(markdown.getFileName());
    int dot = name.lastIndexOf('.');
    return (dot > 0 ? name.substring(0, dot) : name) + ".svg";
  }

  /** Writes both. */
  public void write(String text, BarChart picture) {
    try {
      Path file = markdown.toAbsolutePath();
      Path directory = file.getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.writeString(file, text);
      Files.writeString(file.resolveSibling(pictureName()), picture.svg());
    } catch (IOException e) {
      throw new UncheckedIOException("the report cannot be written: " + e.getMessage(), e);
    }
  }
}
