package io.tracetide.processor.query.window;

import java.util.List;
import java.util.OptionalLong;

/**
 * The part of all windows that a read has covered.
 *
 * @param missing hosts that hold partitions which were not read, sorted
 * @param slowestCloseMs windows of the tier that end at or before this time are final in every
 *     partition that was read and has ever closed one; empty when none has
 * @param fastestCloseMs the same in at least one of them; retention counts back from here
 */
public record Coverage(
    List<String> missing, OptionalLong slowestCloseMs, OptionalLong fastestCloseMs) {
  public Coverage {
    missing = List.copyOf(missing);
  }

  public boolean partial() {
    return !missing.isEmpty();
  }
}
