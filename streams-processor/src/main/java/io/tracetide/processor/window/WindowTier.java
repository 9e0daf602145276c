package io.tracetide.processor.window;

import java.time.Duration;
import java.util.List;

/**
 * One granularity of windows.
 *
 * @param name as used in queries and store names: {@code 10s}, {@code 1m}, {@code 1h}
 * @param size length of a window; windows are aligned to the epoch
 * @param retention how long a window is kept, relative to the newest spans
 */
public record WindowTier(String name, Duration size, Duration retention) {

  /** The finest tier: spans are counted into it, and the detectors evaluate it. */
  public static final WindowTier BASE =
      new WindowTier("10s", Duration.ofSeconds(10), Duration.ofHours(2));

  public static final WindowTier MINUTE =
      new WindowTier("1m", Duration.ofMinutes(1), Duration.ofHours(24));

  public static final WindowTier HOUR =
      new WindowTier("1h", Duration.ofHours(1), Duration.ofDays(30));

  /** Finest first. Each size is a multiple of the one before it. */
  public static final List<WindowTier> ALL = List.of(BASE, MINUTE, HOUR);

  public WindowTier {
    if (size.toMillis() <= 0 || retention.compareTo(size) < 0) {
      throw new IllegalArgumentException(
          "tier " + name + " needs a positive size and a retention of at least its size");
    }
  }

  public long sizeMs() {
    return size.toMillis();
  }

  public long retentionMs() {
    return retention.toMillis();
  }

  /** Start of the window that holds an instant, both in milliseconds since the epoch. */
  public long windowStart(long instantMs) {
    return Math.floorDiv(instantMs, sizeMs()) * sizeMs();
  }

  /** Name of the state store that holds this tier's windows. */
  public String storeName() {
    return "windows-" + name;
  }
}
