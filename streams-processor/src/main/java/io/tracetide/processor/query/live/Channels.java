package io.tracetide.processor.query.live;

import io.tracetide.processor.change.StateChange.Kind;
import io.tracetide.processor.query.live.config.LiveConfig;
import io.tracetide.processor.query.live.view.LiveView;
import io.tracetide.processor.query.live.view.SharedChange;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The channels in use, and those whose clients may come back. Their number and the updates that
 * they keep are bounded. For the thread of the broker.
 */
final class Channels {
  private static final long MEGABYTE = 1 << 20;
  private static final int STREAM_BYTES = 5;

  private final LiveConfig config;
  private final LiveMetrics metrics;
  private final SecureRandom random = new SecureRandom();
  private final Map<ChannelKey, LiveChannel> channels = new HashMap<>();
  private final ChannelIndex index = new ChannelIndex();

  Channels(LiveConfig config, LiveMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
  }

  Collection<LiveChannel> all() {
    return channels.values();
  }

  /** The channel of a key; one without earlier updates when there is none yet. */
  LiveChannel get(ChannelKey key, Supplier<LiveView> view, long nowMs) {
    @Nullable LiveChannel known = channels.get(key);
    if (known != null) {
      return known;
    }
    byte[] name = new byte[STREAM_BYTES];
    random.nextBytes(name);
    LiveChannel created = new LiveChannel(key, view.get(), HexFormat.of().formatHex(name), nowMs);
    channels.put(key, created);
    index.add(created);
    metrics.filters(channels.size());
    return created;
  }

  /** Offers a change to the channels that may show it. */
  void take(SharedChange change, long nowMs) {
    index.each(change, channel -> channel.take(change, nowMs));
  }

  /** What the channels show. */
  Set<Kind> kinds() {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    channels.values().forEach(channel -> kinds.add(channel.view().topic().kind()));
    return kinds;
  }

  /** Drops updates and channels that are too old, or too many. */
  void trim(long nowMs) {
    long keepMs = config.resumeFor().toMillis();
    List<LiveChannel> idle =
        channels.values().stream()
            .filter(channel -> channel.isIdle(nowMs, 0))
            .sorted(Comparator.comparingLong(LiveChannel::idleSinceMs))
            .toList();
    int tooMany = idle.size() - config.maxConnections();
    for (LiveChannel channel : idle) {
      if (tooMany-- > 0 || channel.isIdle(nowMs, keepMs)) {
        remove(channel);
      }
    }
    long bytes = channels.values().stream().mapToLong(LiveChannel::keptBytes).sum();
    long allowed = config.replayMegabytes() * MEGABYTE;
    for (LiveChannel channel : channels.values()) {
      channel.trim(nowMs - keepMs, bytes > allowed ? allowed / channels.size() : Long.MAX_VALUE);
    }
    metrics.filters(channels.size());
  }

  private void remove(LiveChannel channel) {
    channels.remove(channel.key());
    index.remove(channel);
  }

  /** The channel of a key, if there is one. */
  Optional<LiveChannel> find(ChannelKey key) {
    return Optional.ofNullable(channels.get(key));
  }
}
