package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a receiver, which a reload replaces while deliveries go on. An attempt that has
 * begun ends with its settings, so its channel is closed afterwards. Thread-safe; one thread makes
 * attempts.
 */
final class SettingsInUse {
  private LineSettings current;
  private @Nullable Channel inUse;

  SettingsInUse(LineSettings first) {
    current = first;
  }

  synchronized LineSettings current() {
    return current;
  }

  /** The settings for the attempt that begins. */
  synchronized LineSettings begin() {
    inUse = current.channel();
    return current;
  }

  /** Ends the attempt that has begun. */
  void end() {
    Channel used;
    synchronized (this) {
      used = inUse == current.channel() ? null : inUse;
      inUse = null;
    }
    if (used != null) {
      used.close();
    }
  }

  /** Replaces the settings from the next attempt on. */
  void replace(LineSettings next) {
    Channel unused;
    synchronized (this) {
      Channel before = current.channel();
      unused = before == next.channel() || before == inUse ? null : before;
      current = next;
    }
    if (unused != null) {
      unused.close();
    }
  }

  /** Closes the channel, after the last attempt. */
  void close() {
    end();
    current().channel().close();
  }
}
