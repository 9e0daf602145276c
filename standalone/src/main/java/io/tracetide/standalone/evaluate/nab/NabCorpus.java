package io.tracetide.standalone.evaluate.nab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tracetide.standalone.replay.MalformedRecordingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/** The labelled files of the benchmark. */
final class NabCorpus {
  private static final JsonMapper JSON = new JsonMapper();

  private NabCorpus() {}

  /**
   * Reads the files that are named in {@code labels/combined_windows.json}.
   *
   * @param directory a directory with {@code data} and {@code labels}
   */
  static List<NabSeries> read(Path directory) throws IOException {
    Path labels = directory.resolve("labels").resolve("combined_windows.json");
    JsonNode root = tree(labels);
    TreeSet<String> names = new TreeSet<>();
    for (Iterator<String> i = root.fieldNames(); i.hasNext(); ) {
      names.add(i.next());
    }
    if (names.isEmpty()) {
      throw new MalformedRecordingException(labels, 1, "expected the windows of at least one file");
    }
    List<NabSeries> all = new ArrayList<>();
    for (String name : names) {
      List<List<LocalDateTime>> windows = new ArrayList<>();
      for (JsonNode window : root.path(name)) {
        try {
          windows.add(
              List.of(
                  NabSeries.time(window.path(0).textValue()),
                  NabSeries.time(window.path(1).textValue())));
        } catch (DateTimeParseException e) {
          throw new MalformedRecordingException(
              labels, 1, "windows of %s must be pairs of times".formatted(name));
        }
      }
      all.add(NabSeries.read(directory.resolve("data").resolve(name), name, windows));
    }
    return all;
  }

  private static JsonNode tree(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return JSON.readTree(in);
    } catch (JsonProcessingException e) {
      long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new MalformedRecordingException(file, line, "expected JSON: " + e.getOriginalMessage());
    }
  }
}
