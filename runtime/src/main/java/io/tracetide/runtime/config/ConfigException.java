package io.tracetide.runtime.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with every problem found in it. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<ConfigProblem> problems;

  /**
   * A configuration with at least one problem.
   *
   * @param source file name for the first line of the message
   */
  public ConfigException(String source, List<ConfigProblem> problems) {
    super(message(source, problems));
    this.problems = List.copyOf(problems);
  }

  public List<ConfigProblem> problems() {
    return problems;
  }

  private static String message(String source, List<ConfigProblem> problems) {
    if (problems.size() == 1) {
      return source + ": " + problems.get(0);
    }
    return problems.stream()
        .map(problem -> "  " + problem)
        .collect(Collectors.joining("\n", source + ": " + problems.size() + " problems\n", ""));
  }
}
