package io.tracetide.processor.anomaly;

import io.tracetide.processor.window.WindowTier;

/**
 * One window of a tier.
 *
 * @param startMs start, inclusive; milliseconds since the epoch
 */
public record TierWindow(WindowTier tier, long startMs) {

  /** End of the window, exclusive. */
  public long endMs() {
    return startMs + tier.sizeMs();
  }
}
