package io.tracetide.processor.query.window;

import io.tracetide.processor.window.WindowTier;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

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

  /** The start of the windows that are kept; null when it is not after the start of a range. */
  public @Nullable Instant retainedFrom(WindowTier tier, Instant from) {
    if (fastestCloseMs.isEmpty()) {
      return null;
    }
    Instant oldest = Instant.ofEpochMilli(fastestCloseMs.getAsLong() - tier.retentionMs());
    return oldest.isAfter(from) ? oldest : null;
  }
}
