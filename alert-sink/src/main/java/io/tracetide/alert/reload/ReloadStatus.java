package io.tracetide.alert.reload;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What came of the newest reading of the configuration.
 *
 * @param at when it was read
 * @param by what caused it: {@code start}, {@code file}, or the caller of the API
 * @param result what came of it
 * @param problems why it cannot be used, without secrets; empty if it can
 * @param restartRequired keys that differ from the configuration in force and have an effect at the
 *     next start only
 * @param lastSuccess when a reading, or the start, was successful
 */
public record ReloadStatus(
    Instant at,
    String by,
    Result result,
    List<String> problems,
    List<String> restartRequired,
    Instant lastSuccess) {

  /** Causes of a reading that are not callers. */
  static final String START = "start";

  static final String FILE = "file";

  /** The result of a reading. */
  public enum Result {
    /** The configuration is in force. */
    APPLIED,
    /** It is the one in force. */
    UNCHANGED,
    /** It cannot be used; the one before stays in force. */
    INVALID;

    /** In the API and in audit entries. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ReloadStatus {
    problems = List.copyOf(problems);
    restartRequired = List.copyOf(restartRequired);
  }

  /** Whether the configuration that was read is in force. */
  public boolean isSuccessful() {
    return result != Result.INVALID;
  }

  /** The problems in one text, a line each. */
  public String reason() {
    return String.join("\n", problems);
  }
}
