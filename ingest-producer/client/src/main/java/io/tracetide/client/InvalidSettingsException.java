package io.tracetide.client;

import java.util.List;

/** The settings of an emitter are invalid. Contains all problems. */
public final class InvalidSettingsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** A type that is serializable. */
  private final String[] problems;

  InvalidSettingsException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = problems.toArray(String[]::new);
  }

  /** Each names a setting, its value, and the expected values. */
  public List<String> problems() {
    return List.of(problems);
  }
}
