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
 * The followed traces as the store has them: found by their names, and by the time at which they
 * have to be looked at. Memory has the 64-bit name of each, and that time; their number by service;
 * and the names of those that are stuck, given up, or have ended. Used by one thread, but for what
 * is said to be for queries.
 */
public final class OpenTraces {

  /** Milliseconds of a tick of the wheel. */
  public static final int TICK_MS = 256;

  /** Traces that are looked at in one go; the others a quarter of a second later. */
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
   * Goes on with what is stored.
   *
   * @param waiting takes those that hold ends which are not counted yet
   */
  public void restore(long nowMs, Consumer<FollowedTrace> waiting) {
    storage.readOpen(
        new byte[0],
        (key, bytes) -> {
          FollowedTrace.Head head = FollowedTrace.head(bytes);
          long name = LedgerKey.name(key);
          table.add(name);
          arm(name, head, nowMs);
          counts.count(LedgerKey.tenant(key), head, 1);
          note(name, head);
          if (head.held() > 0) {
            waiting.accept(FollowedTrace.decode(bytes));
          }
          return true;
        });
  }

  public int size() {
    return table.size();
  }

  public boolean contains(long name) {
    return table.contains(name);
  }

  /** Follows a trace, which is stored at the next commit. */
  public void add(long name) {
    table.add(name);
  }

  /** A stored trace; null when there is none. */
  @Nullable
  public FollowedTrace find(String tenant, String traceId, long name) {
    byte[] bytes = table.contains(name) ? storage.open(LedgerKey.of(tenant, traceId)) : null;
    return bytes == null ? null : stored(bytes);
  }

  private static FollowedTrace stored(byte[] bytes) {
    FollowedTrace trace = FollowedTrace.decode(bytes);
    trace.counted = FollowedTrace.head(bytes);
    return trace;
  }

  /**
   * Stores a trace as it now is.
   *
   * @param dueAt observed time at which it has to be looked at, whatever the judge wants
   */
  public void put(FollowedTrace trace, long name, long dueAt, long nowMs, FactWriter out) {
    byte[] bytes = trace.encode(dueAt, out);
    storage.putOpen(trace.key(), bytes);
    FollowedTrace.Head head = FollowedTrace.head(bytes);
    count(trace, head);
    note(name, head);
    arm(name, head, nowMs);
  }

  /** Follows a trace no longer. */
  public void remove(FollowedTrace trace, long name) {
    if (trace.counted != null) {
      storage.removeOpen(trace.key());
      count(trace, null);
    }
    table.remove(name);
    notable.remove(name);
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

  /** Hands out the traces whose time has come. */
  public void advance(long nowMs, Consumer<FollowedTrace> due) {
    wheel.advance(tick(clock.observedMs()), MOST_AT_ONCE, name -> lookAt(name, nowMs, due));
  }

  /** The time of a trace may have come. */
  private void lookAt(long name, long nowMs, Consumer<FollowedTrace> due) {
    List<byte[]> found = new ArrayList<>();
    storage.readOpen(
        LedgerKey.prefix(name),
        (key, bytes) -> {
          if (LedgerKey.name(key) != name) {
            return false;
          }
          found.add(bytes);
          return true;
        });
    for (byte[] bytes : found) {
      FollowedTrace.Head head = FollowedTrace.head(bytes);
      if (due(head, nowMs) > clock.observedMs()) {
        arm(name, head, nowMs);
      } else {
        due.accept(stored(bytes));
      }
    }
  }

  private void note(long name, FollowedTrace.Head head) {
    if (head.open() && head.silence() == Silence.Kind.NONE) {
      notable.remove(name);
    } else {
      notable.add(name);
    }
  }

  private void arm(long name, FollowedTrace.Head head, long nowMs) {
    wheel.arm(name, tick(due(head, nowMs) + TICK_MS - 1));
  }

  /** Observed time at which a trace has to be looked at. */
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

  /** Names of stored traces that are stuck, given up, or have ended; for queries too. */
  public NavigableSet<Long> notable() {
    return notable;
  }

  /** For queries too. */
  public ServiceCounts counts() {
    return counts;
  }
}
