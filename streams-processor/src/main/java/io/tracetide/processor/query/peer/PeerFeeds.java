package io.tracetide.processor.query.peer;

import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.StateChange.Kind;
import io.tracetide.processor.query.peer.PartitionOwners.Owners;
import io.tracetide.processor.query.peer.message.AnomalyFormat;
import io.tracetide.processor.query.peer.message.ChangeRecords;
import io.tracetide.processor.query.peer.message.MalformedMessageException;
import io.tracetide.processor.query.peer.message.MessageFormat;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.schemas.peer.ChangesRequest;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of one kind that the other instances send: a connection to each that owns partitions.
 * For one thread.
 */
final class PeerFeeds {
  private static final Logger log = LoggerFactory.getLogger(PeerFeeds.class);
  private static final long BETWEEN_LOOKS = Duration.ofSeconds(1).toNanos();
  private static final long BETWEEN_TRIES = Duration.ofSeconds(1).toNanos();

  /** Without a batch for that long, an instance is missing. */
  private static final long SILENCE = Duration.ofSeconds(4).toNanos();

  private final Kind kind;
  private final PeerClient client;
  private final PartitionOwners owners;
  private final AnomalyFormat format;
  private final Map<String, Feed> feeds = new HashMap<>();
  private boolean wanted;
  private boolean known;
  private boolean overdue;
  private long wantedNanos;
  private long lookedNanos;
  private long breaks;

  /** The connection to one host. */
  private static final class Feed {
    private final long beganNanos;
    private @Nullable IncomingFeed incoming;
    private long triedNanos;
    private long heardNanos;
    private long breaks;
    private boolean connected;
    private boolean missing;

    Feed(long nowNanos) {
      this.beganNanos = nowNanos;
      this.triedNanos = nowNanos - BETWEEN_TRIES;
    }
  }

  PeerFeeds(Kind kind, PeerClient client, PartitionOwners owners, AnomalyFormat format) {
    this.kind = kind;
    this.client = client;
    this.owners = owners;
    this.format = format;
  }

  /** Connects to the other instances, or disconnects from all. */
  void want(boolean now) {
    if (wanted && !now) {
      close();
    }
    if (!wanted && now) {
      wantedNanos = System.nanoTime();
    }
    wanted = now;
  }

  /** Passes on the changes that have arrived, and connects to hosts that are not connected. */
  void drain(long nowNanos, Consumer<StateChange> reader) {
    if (!wanted) {
      return;
    }
    if (!known || nowNanos - lookedNanos >= BETWEEN_LOOKS) {
      lookedNanos = nowNanos;
      look(nowNanos);
    }
    overdue = !known && nowNanos - wantedNanos > SILENCE / 2;
    feeds.forEach((host, feed) -> drain(host, feed, nowNanos, reader));
  }

  /** Follows the assignment of partitions. */
  private void look(long nowNanos) {
    Owners now;
    try {
      now = owners.owners();
    } catch (StoresUnavailableException e) {
      return;
    }
    Set<String> hosts = new HashSet<>(now.hosts().values());
    hosts.remove(now.self());
    for (String host : List.copyOf(feeds.keySet())) {
      if (!hosts.contains(host)) {
        close(feeds.remove(host));
        breaks++;
      }
    }
    for (String host : hosts) {
      if (!feeds.containsKey(host)) {
        feeds.put(host, new Feed(nowNanos));
        breaks += known ? 1 : 0;
      }
    }
    known = true;
  }

  private void drain(String host, Feed feed, long nowNanos, Consumer<StateChange> reader) {
    IncomingFeed incoming = feed.incoming;
    if (incoming == null) {
      if (nowNanos - feed.triedNanos >= BETWEEN_TRIES) {
        feed.triedNanos = nowNanos;
        feed.heardNanos = nowNanos;
        IncomingFeed begun =
            client.stream(
                host,
                ChangesServer.PATH,
                MessageFormat.CHANGES_REQUEST.encode(new ChangesRequest(kind.name())));
        feed.incoming = begun;
        begun.begin();
      }
      checkMissing(feed, nowNanos);
      return;
    }
    try {
      byte @Nullable [] message = incoming.poll();
      while (message != null) {
        heard(feed, ChangeRecords.decode(message, format, reader), nowNanos);
        message = incoming.poll();
      }
    } catch (MalformedMessageException | RegistryUnavailableException e) {
      log.warn("changes of a peer not read host={} cause=\"{}\"", host, e.getMessage());
      lose(feed);
      return;
    }
    if (incoming.isEnded() || nowNanos - feed.heardNanos > SILENCE) {
      lose(feed);
    }
    checkMissing(feed, nowNanos);
  }

  private void heard(Feed feed, long theirBreaks, long nowNanos) {
    feed.heardNanos = nowNanos;
    if (!feed.connected) {
      feed.connected = true;
      breaks += feed.missing ? 1 : 0;
      feed.missing = false;
    } else if (theirBreaks != feed.breaks) {
      breaks++;
    }
    feed.breaks = theirBreaks;
  }

  private static void lose(Feed feed) {
    close(feed);
    feed.missing |= feed.connected;
    feed.connected = false;
  }

  private static void checkMissing(Feed feed, long nowNanos) {
    if (!feed.connected && nowNanos - feed.beganNanos > SILENCE / 2) {
      feed.missing = true;
    }
  }

  /**
   * Whether each host is connected, or known to be missing. When the hosts stay unknown, reading
   * the state says why.
   */
  boolean isSettled() {
    return !wanted
        || overdue
        || (known && feeds.values().stream().allMatch(feed -> feed.connected || feed.missing));
  }

  /** Hosts whose changes do not arrive. */
  Set<String> missing() {
    Set<String> missing = new TreeSet<>();
    feeds.forEach(
        (host, feed) -> {
          if (feed.missing) {
            missing.add(host);
          }
        });
    return missing;
  }

  /** How often changes may have been lost. */
  long breaks() {
    return breaks;
  }

  void close() {
    feeds.values().forEach(PeerFeeds::close);
    feeds.clear();
    known = false;
  }

  private static void close(@Nullable Feed feed) {
    IncomingFeed incoming = feed == null ? null : feed.incoming;
    if (feed != null && incoming != null) {
      feed.incoming = null;
      incoming.close();
    }
  }
}
