package io.tracetide.runtime.config;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown by the constructor of a configuration record whose values are invalid. */
public final class InvalidConfig extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final transient List<ConfigProblem> problems;

  InvalidConfig(List<ConfigProblem> problems) {
    super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** Every broken rule; paths are relative to the record. */
  public List<ConfigProblem> problems() {
    return problems;
  }
}
