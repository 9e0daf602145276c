package io.tracetide.client;

import java.util.List;

/** An emitter cannot be built with its settings; all that is wrong with them at once. */
public final class InvalidSettingsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** Serializable, unlike a list that promises nothing. */
  private final String[] problems;

  InvalidSettingsException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = problems.toArray(String[]::new);
  }

  /** Each names a setting, its value, and what was expected. */
  public List<String> problems() {
    return List.of(problems);
  }
}
