package io.tracetide.processor.ledger;

import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.ledger.follow.FollowedTrace;
import io.tracetide.processor.ledger.follow.ServiceCounts;
import io.tracetide.processor.ledger.recent.RecentTraces;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerKey;
import io.tracetide.processor.ledger.store.LedgerStorage;
import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.schemas.TraceEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Queries of one partition of the ledger. The order of traces: followed ones by their keys, then
 * recent ones in the order in which they finished, then retained ones by hour and key.
 */
final class LedgerReading implements LedgerPartition {

  private static final int FOLLOWED = 1;
  private static final int RECENT = 2;
  private static final int KEPT = 3;

  /** Recent traces that are read at a time. */
  private static final int PAGE = 256;

  private final LedgerStorage storage;
  private final RecentTraces recent;
  private final NavigableSet<Long> notable;
  private final ServiceCounts counts;
  private final EventSource events;
  private final LedgerConfig.Limits limits;

  LedgerReading(
      LedgerStorage storage,
      RecentTraces recent,
      NavigableSet<Long> notable,
      ServiceCounts counts,
      EventSource events,
      LedgerConfig.Limits limits) {
    this.storage = storage;
    this.recent = recent;
    this.notable = notable;
    this.counts = counts;
    this.events = events;
    this.limits = limits;
  }

  @Override
  public @Nullable TraceSnapshot find(String tenant, String traceId) {
    byte[] key = LedgerKey.of(tenant, traceId);
    byte[] followed = storage.open(key);
    if (followed != null) {
      return FollowedTrace.decode(followed).snapshotWithSpans();
    }
    FollowedTrace recentTrace =
        join(recent.of(LedgerKey.hash(key)), tenant, traceId, events, limits);
    return recentTrace == null ? kept(key) : recentTrace.snapshotWithSpans();
  }

  /** Looks for a retained trace in every hour; the store's Bloom filter excludes most of them. */
  private @Nullable TraceSnapshot kept(byte[] key) {
    List<Long> hours = new ArrayList<>();
    long[] next = {0};
    boolean[] more = {true};
    while (more[0]) {
      more[0] = false;
      storage.readKept(
          LedgerKey.prefix(next[0]),
          (found, bytes) -> {
            hours.add(LedgerKey.hash(found));
            next[0] = LedgerKey.hash(found) + 1;
            more[0] = true;
            return false;
          });
    }
    for (int i = hours.size() - 1; i >= 0; i--) {
      byte[] bytes = storage.kept(LedgerKey.kept(hours.get(i), key));
      if (bytes != null) {
        return FollowedTrace.decode(bytes).snapshotWithSpans();
      }
    }
    return null;
  }

  /**
   * The trace of some entries; null when there are no entries, or when they belong to another trace
   * with the same hash.
   */
  static @Nullable FollowedTrace join(
      List<RecentTraces.Entry> entries,
      @Nullable String tenant,
      @Nullable String traceId,
      EventSource events,
      LedgerConfig.Limits limits) {
    @Nullable FollowedTrace trace = null;
    for (int i = entries.size() - 1; i >= 0; i--) {
      RecentTraces.Entry entry = entries.get(i);
      if (entry.whole()) {
        FollowedTrace whole = FollowedTrace.decode(entry.bytes());
        trace = isWanted(whole.tenant, whole.traceId, tenant, traceId) ? whole : trace;
        continue;
      }
      TraceEvent event = events.decode(entry.bytes());
      if (event == null) {
        continue;
      }
      String owner = event.getTenantId().isEmpty() ? "default" : event.getTenantId();
      if (!isWanted(owner, event.getTraceId(), tenant, traceId)) {
        continue;
      }
      if (trace == null) {
        trace = new FollowedTrace(owner, event.getTraceId());
      }
      trace.merge(event, entry.bytes().length, limits);
      trace.receivedMs = Math.max(trace.receivedMs, entry.receivedMs());
    }
    return trace;
  }

  private static boolean isWanted(
      String tenant, String traceId, @Nullable String wantedTenant, @Nullable String wantedId) {
    return (wantedTenant == null || wantedTenant.equals(tenant))
        && (wantedId == null || wantedId.equals(traceId));
  }

  @Override
  public void scan(Set<String> states, byte @Nullable [] after, Reader reader) {
    ByteBuffer position = ByteBuffer.wrap(after == null ? new byte[] {FOLLOWED} : after);
    int section = position.get();
    byte[] rest = new byte[position.remaining()];
    position.get(rest);
    boolean more = true;
    if (section == FOLLOWED) {
      more = scanFollowed(states, rest, reader);
    }
    Set<String> ended = new HashSet<>(states);
    ended.removeAll(Set.of("running", "stuck", "abandoned"));
    if (ended.isEmpty()) {
      return;
    }
    if (more && section <= RECENT) {
      long last = section == RECENT ? ByteBuffer.wrap(rest).getLong() : -1;
      more = scanRecent(ended, last, reader);
    }
    if (more) {
      scanKept(ended, section == KEPT ? rest : new byte[0], reader);
    }
  }

  private boolean scanFollowed(Set<String> states, byte[] after, Reader reader) {
    boolean[] more = {true};
    BiPredicate<byte[], byte[]> each =
        (key, bytes) -> {
          if (!isAfter(key, after) || !mayBe(states, FollowedTrace.head(bytes))) {
            return true;
          }
          TraceSnapshot trace = FollowedTrace.decode(bytes).snapshotWithSpans();
          more[0] =
              !states.contains(trace.state().label())
                  || reader.read(trace, position(FOLLOWED, key));
          return more[0];
        };
    if (states.contains("running")) {
      storage.readOpen(after, each);
      return more[0];
    }
    NavigableSet<Long> wanted =
        after.length == 0 ? notable : notable.tailSet(LedgerKey.hash(after), true);
    for (long hash : wanted) {
      storage.readOpen(
          LedgerKey.prefix(hash),
          (key, bytes) -> LedgerKey.hash(key) == hash && each.test(key, bytes));
      if (!more[0]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAfter(byte[] key, byte[] after) {
    return Arrays.compareUnsigned(key, after) > 0;
  }

  private static boolean mayBe(Set<String> states, FollowedTrace.Head head) {
    return head.open() ? states.contains(head.label()) : true;
  }

  private boolean scanRecent(Set<String> states, long after, Reader reader) {
    long last = after;
    while (true) {
      List<Long> heads = recent.headsAfter(last, PAGE);
      if (heads.isEmpty()) {
        return true;
      }
      for (long head : heads) {
        last = head;
        FollowedTrace trace = join(recent.at(head), null, null, events, limits);
        if (trace == null || trace.isOpen() || storage.open(trace.key()) != null) {
          continue;
        }
        TraceSnapshot snapshot = trace.snapshotWithSpans();
        byte[] position = ByteBuffer.allocate(9).put((byte) RECENT).putLong(head).array();
        if (states.contains(snapshot.state().label()) && !reader.read(snapshot, position)) {
          return false;
        }
      }
    }
  }

  private void scanKept(Set<String> states, byte[] after, Reader reader) {
    storage.readKept(
        after,
        (key, bytes) -> {
          if (!isAfter(key, after)) {
            return true;
          }
          FollowedTrace trace = FollowedTrace.decode(bytes);
          TraceSnapshot snapshot = trace.snapshotWithSpans();
          if (!states.contains(snapshot.state().label()) || isNewerElsewhere(trace)) {
            return true;
          }
          return reader.read(snapshot, position(KEPT, key));
        });
  }

  private boolean isNewerElsewhere(FollowedTrace trace) {
    long hash = TraceHash.ofTrace(trace.tenant, trace.traceId);
    return recent.hasFollowed(hash) || storage.open(trace.key()) != null;
  }

  private static byte[] position(int section, byte[] key) {
    return ByteBuffer.allocate(1 + key.length).put((byte) section).put(key).array();
  }

  @Override
  public void counts(CountReader reader) {
    counts.read(reader);
  }
}
