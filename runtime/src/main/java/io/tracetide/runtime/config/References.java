package io.tracetide.runtime.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * References to values outside the file: {@code ${env:NAME}} and {@code ${file:/absolute/path}},
 * anywhere in a text. {@code $$} before a brace is a literal dollar sign.
 */
final class References {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(}?)");
  private static final long FILE_LIMIT = 64 * 1024;

  private final Map<String, String> env;

  References(Map<String, String> env) {
    this.env = env;
  }

  static boolean in(String text) {
    Matcher found = REFERENCE.matcher(text);
    while (found.find()) {
      if (found.group(1) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * The text with every reference replaced, or null after reporting those that cannot be resolved.
   */
  @Nullable String resolve(String text, String path, List<ConfigProblem> problems) {
    if (!text.contains("${")) {
      return text;
    }
    StringBuilder resolved = new StringBuilder();
    Matcher found = REFERENCE.matcher(text);
    int problemsBefore = problems.size();
    while (found.find()) {
      String value = found.group(1) == null ? "${" : value(found, path, problems);
      found.appendReplacement(resolved, Matcher.quoteReplacement(value));
    }
    found.appendTail(resolved);
    return problems.size() == problemsBefore ? resolved.toString() : null;
  }

  private String value(Matcher reference, String path, List<ConfigProblem> problems) {
    String target = String.valueOf(reference.group(1));
    boolean closed = !String.valueOf(reference.group(2)).isEmpty();
    if (closed && target.startsWith("env:")) {
      return variable(target.substring("env:".length()), path, problems);
    }
    if (closed && target.startsWith("file:")) {
      return content(target.substring("file:".length()), path, problems);
    }
    problems.add(
        new ConfigProblem(
            path,
            reference.group(),
            "${env:NAME} or ${file:/absolute/path}; write $${ for a literal ${"));
    return "";
  }

  private String variable(String name, String path, List<ConfigProblem> problems) {
    String value = env.get(name);
    if (value == null) {
      problems.add(
          new ConfigProblem(path, "${env:" + name + "}", "the environment variable to be set"));
      return "";
    }
    return value;
  }

  private static String content(String name, String path, List<ConfigProblem> problems) {
    String reference = "${file:" + name + "}";
    try {
      Path file = Path.of(name);
      if (!file.isAbsolute()) {
        problems.add(new ConfigProblem(path, reference, "an absolute path"));
        return "";
      }
      if (!Files.isRegularFile(file) || Files.size(file) > FILE_LIMIT) {
        problems.add(
            new ConfigProblem(
                path, reference, "an existing file of at most " + FILE_LIMIT + " bytes"));
        return "";
      }
      return Files.readString(file, StandardCharsets.UTF_8).replaceFirst("\\r?\\n\\z", "");
    } catch (CharacterCodingException e) {
      problems.add(new ConfigProblem(path, reference, "a file of UTF-8 text"));
    } catch (IOException | InvalidPathException e) {
      problems.add(new ConfigProblem(path, reference, "a readable file"));
    }
    return "";
  }
}
