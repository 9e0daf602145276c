package io.tracetide.processor.ledger;

import io.tracetide.processor.event.TraceView;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How long the traces of each followed operation take, of those that were used lately. */
final class OperationHistories {

  private static final int MOST = 1_000;
  private static final int PLACES = 1_024;

  private final LedgerConfig.SilenceBounds bounds;
  private final Map<String, OperationHistory> histories = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<String> changed = new HashSet<>();
  private final Set<String> evicted = new HashSet<>();

  /** Names of operations by the hash of what they are made of; the newest has the place. */
  private final long[] hashes = new long[PLACES];

  private final @Nullable String[] names = new String[PLACES];

  /** Where histories are kept. */
  interface Store {
    void put(String operation, byte[] history);

    void remove(String operation);
  }

  OperationHistories(LedgerConfig.SilenceBounds bounds) {
    this.bounds = bounds;
  }

  void restore(String operation, byte[] history) {
    histories.put(operation, OperationHistory.decode(history));
  }

  void add(String tenant, SpanFacts root, long observedMs) {
    add(name(tenant, root.service, root.operation), root.durationMicros(), observedMs);
  }

  /** The same, of a root that took as long as its end says. */
  void add(TraceView end, long observedMs) {
    add(nameOf(end), end.durationMicros(), observedMs);
  }

  private void add(String operation, long micros, long observedMs) {
    histories
        .computeIfAbsent(operation, name -> new OperationHistory(observedMs))
        .add(micros, observedMs);
    changed.add(operation);
    if (histories.size() > MOST) {
      Iterator<String> oldest = histories.keySet().iterator();
      String gone = oldest.next();
      oldest.remove();
      changed.remove(gone);
      evicted.add(gone);
    }
  }

  /** How long a trace with that root may be silent. */
  long allowedSilenceMs(String tenant, SpanFacts root) {
    OperationHistory history = histories.get(name(tenant, root.service, root.operation));
    OptionalLong p99 = history == null ? OptionalLong.empty() : history.p99Micros();
    if (p99.isEmpty()) {
      return bounds.withoutHistory().toMillis();
    }
    Duration usual = Duration.ofMillis((long) (bounds.factor() * (double) p99.getAsLong() / 1_000));
    Duration least = usual.compareTo(bounds.floor()) < 0 ? bounds.floor() : usual;
    return least.compareTo(bounds.ceiling()) > 0 ? bounds.ceiling().toMillis() : least.toMillis();
  }

  /** Stores what has changed since the last time. */
  void write(Store store) {
    evicted.forEach(store::remove);
    evicted.clear();
    for (String operation : changed) {
      OperationHistory history = histories.get(operation);
      if (history != null) {
        store.put(operation, history.encode());
      }
    }
    changed.clear();
  }

  private String nameOf(TraceView event) {
    long hash = event.operationHash();
    int place = (int) (hash ^ (hash >>> 32)) & (PLACES - 1);
    String known = names[place];
    if (known == null || hashes[place] != hash) {
      known = name(event.tenant(), event.service(), event.operation());
      hashes[place] = hash;
      names[place] = known;
    }
    return known;
  }

  private static String name(String tenant, String service, String operation) {
    return tenant + '\0' + service + '\0' + operation;
  }
}
