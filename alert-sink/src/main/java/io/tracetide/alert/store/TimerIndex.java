package io.tracetide.alert.store;

import io.tracetide.alert.decision.Timer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one partition, ordered by time. Searches begin at a time before which there is no
 * timer: RocksDB would otherwise pass the tombstones of all timers that were there since the last
 * compaction. Not thread-safe.
 */
public final class TimerIndex {
  private static final byte[] NOTHING = new byte[0];

  private final KeyValueStore<Bytes, byte[]> store;
  private long noneBefore;

  public TimerIndex(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** A timer that is due. */
  public record Due(Bytes key, String tenant, Timer timer) {

    /** Whether this is the timer of a subject that is due at the time. */
    public boolean isAt(@Nullable Instant due) {
      return due != null && StoreKeys.timer(due, tenant, timer).equals(key);
    }
  }

  /**
   * Moves a timer.
   *
   * @param from its present time; null if there is none
   * @param to its next time; null for none
   */
  void schedule(String tenant, Timer timer, @Nullable Instant from, @Nullable Instant to) {
    if (from != null && !from.equals(to)) {
      store.delete(StoreKeys.timer(from, tenant, timer));
    }
    if (to != null) {
      Bytes key = StoreKeys.timer(to, tenant, timer);
      noneBefore = Math.min(noneBefore, StoreKeys.dueMillis(key));
      store.put(key, NOTHING);
    }
  }

  /** Whether a timer is due. */
  public boolean isDue(long nowMillis) {
    if (noneBefore > nowMillis) {
      return false;
    }
    try (KeyValueIterator<Bytes, byte[]> timers = from(noneBefore)) {
      noneBefore = timers.hasNext() ? StoreKeys.dueMillis(timers.peekNextKey()) : Long.MAX_VALUE;
    }
    return noneBefore <= nowMillis;
  }

  /** The timers that are due, the earliest first. */
  public List<Due> due(long nowMillis, int limit) {
    List<Due> due = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> timers = from(noneBefore)) {
      while (timers.hasNext() && due.size() < limit) {
        Bytes key = timers.next().key;
        if (StoreKeys.dueMillis(key) > nowMillis) {
          break;
        }
        due.add(new Due(key, StoreKeys.timerTenant(key), StoreKeys.timer(key)));
      }
    }
    return due;
  }

  /** Removes a timer that was handled. */
  public void remove(Due timer) {
    store.delete(timer.key());
  }

  private KeyValueIterator<Bytes, byte[]> from(long millis) {
    byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(millis).array();
    return store.range(Bytes.wrap(key), null);
  }
}
