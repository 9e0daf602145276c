package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.ledger.store.LedgerKey;
import io.tracetide.processor.ledger.store.LedgerStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stored followed traces, by their hashes and by the time of their next assessment. Memory
 * contains the 64-bit hash of each and that time, their number by service, and the hashes of those
 * that are stuck, abandoned or ended. Used by one thread, except the methods that are marked "for
 * queries too".
 */
public final class OpenTraces {

  /** Length of a tick of the wheel in milliseconds. */
  public static final int TICK_MS = 256;

  /** Maximum of traces that are assessed in one call; the others follow in the next one. */
  private static final int MOST_AT_ONCE = 20_000;

  private final LedgerStorage storage;
  private final ObservedClock clock;
  private final OpenTable table = new OpenTable();
  private final TimingWheel wheel;
  private final ServiceCounts counts = new ServiceCounts();
  private final ConcurrentSkipListSet<Long> notable =
      new ConcurrentSkipListSet<>(Long::compareUnsigned);

  public OpenTraces(LedgerStorage storage, ObservedClock clock) {
    this.storage = storage;
    this.clock = clock;
    this.wheel = new TimingWheel(table, tick(clock.observedMs()));
  }

  /**
   * Restores the stored traces.
   *
   * @param waiting receives those that hold ends which are not counted yet
   */
  public void restore(long nowMs, Consumer<FollowedTrace> waiting) {
    storage.readOpen(
        new byte[0],
        (key, bytes) -> {
          FollowedTrace.Head head = FollowedTrace.head(bytes);
          long hash = LedgerKey.hash(key);
          table.add(hash);
          arm(hash, head, nowMs);
          counts.count(LedgerKey.tenant(key), head, 1);
          note(hash, head);
          if (head.held() > 0) {
            waiting.accept(FollowedTrace.decode(bytes));
          }
          return true;
        });
  }

  public int size() {
    return table.size();
  }

  public boolean contains(long hash) {
    return table.contains(hash);
  }

  /** Adds a trace, which is stored at the next commit. */
  public void add(long hash) {
    table.add(hash);
  }

  /** A stored trace; null when there is none. */
  @Nullable
  public FollowedTrace find(String tenant, String traceId, long hash) {
    byte[] bytes = table.contains(hash) ? storage.open(LedgerKey.of(tenant, traceId)) : null;
    return bytes == null ? null : stored(bytes);
  }

  private static FollowedTrace stored(byte[] bytes) {
    FollowedTrace trace = FollowedTrace.decode(bytes);
    trace.counted = FollowedTrace.head(bytes);
    return trace;
  }

  /**
   * Stores the current state of a trace.
   *
   * @param dueAt observed time of the next assessment, independent of the judge
   */
  public void put(FollowedTrace trace, long hash, long dueAt, long nowMs, FactWriter out) {
    byte[] bytes = trace.encode(dueAt, out);
    storage.putOpen(trace.key(), bytes);
    FollowedTrace.Head head = FollowedTrace.head(bytes);
    count(trace, head);
    note(hash, head);
    arm(hash, head, nowMs);
  }

  /** Removes a trace. */
  public void remove(FollowedTrace trace, long hash) {
    if (trace.counted != null) {
      storage.removeOpen(trace.key());
      count(trace, null);
    }
    table.remove(hash);
    notable.remove(hash);
  }

  private void count(FollowedTrace trace, FollowedTrace.@Nullable Head head) {
    FollowedTrace.Head before = trace.counted;
    if (before != null) {
      counts.count(trace.tenant, before, -1);
    }
    if (head != null) {
      counts.count(trace.tenant, head, 1);
    }
    trace.counted = head;
  }

  /** Passes the traces that are due. */
  public void advance(long nowMs, Consumer<FollowedTrace> due) {
    wheel.advance(tick(clock.observedMs()), MOST_AT_ONCE, hash -> fire(hash, nowMs, due));
  }

  /** Passes the traces with this hash that are due, and schedules the others. */
  private void fire(long hash, long nowMs, Consumer<FollowedTrace> due) {
    List<byte[]> found = new ArrayList<>();
    storage.readOpen(
        LedgerKey.prefix(hash),
        (key, bytes) -> {
          if (LedgerKey.hash(key) != hash) {
            return false;
          }
          found.add(bytes);
          return true;
        });
    for (byte[] bytes : found) {
      FollowedTrace.Head head = FollowedTrace.head(bytes);
      if (due(head, nowMs) > clock.observedMs()) {
        arm(hash, head, nowMs);
      } else {
        due.accept(stored(bytes));
      }
    }
  }

  private void note(long hash, FollowedTrace.Head head) {
    if (head.open() && head.silence() == Silence.Kind.NONE) {
      notable.remove(hash);
    } else {
      notable.add(hash);
    }
  }

  private void arm(long hash, FollowedTrace.Head head, long nowMs) {
    wheel.arm(hash, tick(due(head, nowMs) + TICK_MS - 1));
  }

  /** Observed time of the next assessment of a trace. */
  private long due(FollowedTrace.Head head, long nowMs) {
    if (!head.open() || head.judgeAgainMs() < 0) {
      return head.dueAt();
    }
    long judgeAt = clock.observedMs() + Math.max(0, head.judgeAgainMs() - nowMs);
    return Math.min(head.dueAt(), judgeAt);
  }

  private static int tick(long observedMs) {
    return (int) Math.min(OpenTable.NEVER - 1, observedMs / TICK_MS);
  }

  /** Hashes of stored traces that are stuck, abandoned or ended; for queries too. */
  public NavigableSet<Long> notable() {
    return notable;
  }

  /** Number of traces by service; for queries too. */
  public ServiceCounts counts() {
    return counts;
  }
}
