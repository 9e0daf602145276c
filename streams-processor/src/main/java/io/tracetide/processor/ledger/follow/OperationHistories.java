package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.store.LedgerConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The durations of traces by operation, for the recently used operations. */
public final class OperationHistories {

  private static final int MOST = 1_000;
  private static final int PLACES = 8_192;

  private final LedgerConfig.SilenceBounds bounds;

  /** By name, in the order in which they are checked for eviction. */
  private final Map<String, Known> histories = new LinkedHashMap<>();

  private final Set<String> evicted = new HashSet<>();

  /**
   * Cache of histories by the hash of tenant, service and operation; a new entry replaces the one
   * in its slot.
   */
  private final long[] hashes = new long[PLACES];

  private final @Nullable Known[] known = new Known[PLACES];

  /** A history with flags since the last write or eviction check. */
  private static final class Known {
    private final String operation;
    private final OperationHistory history;
    private boolean changed;
    private boolean used;
    private boolean gone;

    Known(String operation, OperationHistory history) {
      this.operation = operation;
      this.history = history;
    }

    void add(long micros, long observedMs) {
      history.add(micros, observedMs);
      changed = true;
      used = true;
    }

    OptionalLong p99Micros() {
      used = true;
      return history.p99Micros();
    }
  }

  /** Port: the store of histories. */
  public interface Store {
    void put(String operation, byte[] history);

    void remove(String operation);
  }

  public OperationHistories(LedgerConfig.SilenceBounds bounds) {
    this.bounds = bounds;
  }

  public void restore(String operation, byte[] history) {
    histories.put(operation, new Known(operation, OperationHistory.decode(history)));
  }

  public void add(String tenant, SpanFacts root, long observedMs) {
    of(name(tenant, root.service, root.operation), observedMs)
        .add(root.durationMicros(), observedMs);
  }

  /** Adds the duration of a root span from its end. */
  public void add(TraceView end, long observedMs) {
    of(end, observedMs).add(end.durationMicros(), observedMs);
  }

  /** Prefetches the history of an event's operation, see {@link KeyTable#fetch}. */
  public int fetch(TraceView event) {
    Known found = known[TraceHash.place(event.operationHash(), PLACES)];
    return found == null ? 0 : found.history.fetch();
  }

  private Known of(TraceView event, long observedMs) {
    long hash = event.operationHash();
    int place = TraceHash.place(hash, PLACES);
    Known found = known[place];
    if (found == null || hashes[place] != hash || found.gone) {
      found = of(name(event.tenant(), event.service(), event.operation()), observedMs);
      hashes[place] = hash;
      known[place] = found;
    }
    return found;
  }

  private Known of(String operation, long observedMs) {
    Known found = histories.get(operation);
    if (found == null) {
      found = new Known(operation, new OperationHistory(observedMs));
      if (histories.size() >= MOST) {
        evict();
      }
      histories.put(operation, found);
    }
    return found;
  }

  /** Evicts the first history that was not used since its last check (second-chance algorithm). */
  private void evict() {
    while (true) {
      Known next = histories.values().iterator().next();
      histories.remove(next.operation);
      if (!next.used) {
        next.gone = true;
        evicted.add(next.operation);
        return;
      }
      next.used = false;
      histories.put(next.operation, next);
    }
  }

  /** Allowed time without events of a trace with that root, milliseconds. */
  public long allowedSilenceMs(String tenant, SpanFacts root) {
    Known found = histories.get(name(tenant, root.service, root.operation));
    OptionalLong p99 = found == null ? OptionalLong.empty() : found.p99Micros();
    if (p99.isEmpty()) {
      return bounds.withoutHistory().toMillis();
    }
    Duration usual = Duration.ofMillis((long) (bounds.factor() * (double) p99.getAsLong() / 1_000));
    Duration least = usual.compareTo(bounds.floor()) < 0 ? bounds.floor() : usual;
    return least.compareTo(bounds.ceiling()) > 0 ? bounds.ceiling().toMillis() : least.toMillis();
  }

  /** Stores the changes since the last call. */
  public void write(Store store) {
    evicted.forEach(store::remove);
    evicted.clear();
    for (Known each : histories.values()) {
      if (each.changed) {
        store.put(each.operation, each.history.encode());
        each.changed = false;
      }
    }
  }

  private static String name(String tenant, String service, String operation) {
    return tenant + '\0' + service + '\0' + operation;
  }
}
