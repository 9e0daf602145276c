package io.tracetide.standalone.replay;

import java.util.ArrayList;
import java.util.List;

/** One line of comma-separated values; fields may be quoted, a quote within is doubled. */
public final class CsvLine {
  private CsvLine() {}

  /**
   * Fields of a line.
   *
   * @throws IllegalArgumentException if a quote is not closed, or text follows a closing one
   */
  public static List<String> split(String line) {
    List<String> fields = new ArrayList<>(5);
    StringBuilder quoted = new StringBuilder();
    int at = 0;
    while (true) {
      int end;
      if (at < line.length() && line.charAt(at) == '"') {
        quoted.setLength(0);
        end = unquote(line, at, quoted);
        fields.add(quoted.toString());
      } else {
        end = line.indexOf(',', at);
        end = end < 0 ? line.length() : end;
        fields.add(line.substring(at, end));
      }
      if (end >= line.length()) {
        return fields;
      }
      at = end + 1;
    }
  }

  /** Reads a quoted field; returns the position of the comma after it, or the line's end. */
  private static int unquote(String line, int open, StringBuilder into) {
    int i = open + 1;
    while (i < line.length()) {
      char c = line.charAt(i);
      if (c != '"') {
        into.append(c);
      } else if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
        into.append('"');
        i++;
      } else if (i + 1 == line.length() || line.charAt(i + 1) == ',') {
        return i + 1;
      } else {
        throw new IllegalArgumentException("text after a closing quote");
      }
      i++;
    }
    throw new IllegalArgumentException("a quote that is not closed");
  }
}
