package io.tracetide.processor.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of an answer. In CSV, fields of fields are columns with a dot in their names, and lists and
 * maps are JSON in one column; the columns depend on the type of the rows only.
 *
 * @param type type of all rows
 */
public record AnswerTable(Class<? extends Record> type, List<? extends Record> rows) {
  private static final String LINE_END = "\r\n";

  /** Characters with which spreadsheets begin formulas, also their full-width forms. */
  private static final String FORMULA_STARTS = "=+-@\t\r\n＝＋－＠";

  public AnswerTable {
    rows = List.copyOf(rows);
  }

  /** The rows as RFC 4180 describes, with a header. */
  byte[] csv() {
    List<List<String>> columns = new ArrayList<>();
    addColumns(type, List.of(), columns);
    ByteArrayOutputStream out = new ByteArrayOutputStream(4_096);
    writeLine(out, columns.stream().map(path -> String.join(".", path)).toList());
    for (Record row : rows) {
      JsonNode tree = AnswerJson.tree(row);
      writeLine(out, columns.stream().map(path -> cell(tree, path)).toList());
    }
    return out.toByteArray();
  }

  /** One JSON object in each line. */
  static byte[] lines(List<AnswerTable> tables) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4_096);
    for (AnswerTable table : tables) {
      for (Record row : table.rows()) {
        out.writeBytes(AnswerJson.bytes(row));
        out.write('\n');
      }
    }
    return out.toByteArray();
  }

  private static void addColumns(Class<?> record, List<String> above, List<List<String>> columns) {
    for (RecordComponent component : record.getRecordComponents()) {
      @Nullable JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
      boolean unwrapped = component.getAccessor().isAnnotationPresent(JsonUnwrapped.class);
      List<String> path = new ArrayList<>(above);
      if (!unwrapped) {
        path.add(renamed == null ? component.getName() : renamed.value());
      }
      if (component.getType().isRecord()) {
        addColumns(component.getType(), path, columns);
      } else {
        columns.add(Collections.unmodifiableList(path));
      }
    }
  }

  private static String cell(JsonNode row, List<String> path) {
    JsonNode value = row;
    for (String name : path) {
      value = value.path(name);
    }
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    return value.isTextual() ? quoted(value.textValue()) : quotedAsIs(value);
  }

  private static String quotedAsIs(JsonNode value) {
    return value.isContainerNode() ? quoted(value.toString()) : value.asText();
  }

  /**
   * Text that a spreadsheet would evaluate, also after spaces, gets an apostrophe in front, which
   * shows it as it is. So does text with an apostrophe in front: without the first one, every text
   * is the original again.
   */
  private static String quoted(String text) {
    String begin = text.stripLeading();
    boolean formula =
        text.startsWith("'")
            || (!text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0)
            || (!begin.isEmpty() && FORMULA_STARTS.indexOf(begin.charAt(0)) >= 0);
    String safe = formula ? "'" + text : text;
    boolean plain =
        safe.chars().noneMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n' || c == '\'');
    return plain ? safe : '"' + safe.replace("\"", "\"\"") + '"';
  }

  private static void writeLine(ByteArrayOutputStream out, List<String> cells) {
    out.writeBytes(String.join(",", cells).getBytes(UTF_8));
    out.writeBytes(LINE_END.getBytes(UTF_8));
  }
}
