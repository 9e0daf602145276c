package io.tracetide.runtime.kafka.state;

import java.nio.file.Path;

/**
 * A task directory whose stores cannot be read.
 *
 * @param directory directory of the task
 * @param store its first store that cannot be read; empty when unknown
 * @param reason reason in one line
 */
public record Damage(Path directory, String store, String reason) {

  /** Id of the task, which is the name of its directory. */
  public String task() {
    return String.valueOf(directory.getFileName());
  }
}
