package io.tracetide.runtime.kafka.state;

import java.nio.file.Path;

/**
 * A task directory whose stores cannot be read.
 *
 * @param directory of the task
 * @param store the first store of it that cannot be read; empty when that is not known
 * @param reason in one line
 */
public record Damage(Path directory, String store, String reason) {

  /** The task's id, which is the name of its directory. */
  public String task() {
    return String.valueOf(directory.getFileName());
  }
}
