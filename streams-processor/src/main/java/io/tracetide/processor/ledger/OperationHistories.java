package io.tracetide.processor.ledger;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** How long the traces of each followed operation take, of those that were used lately. */
final class OperationHistories {

  private static final int MOST = 1_000;

  private final LedgerConfig.SilenceBounds bounds;
  private final Map<String, OperationHistory> histories = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<String> changed = new HashSet<>();
  private final Set<String> evicted = new HashSet<>();

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
    String operation = name(tenant, root);
    histories
        .computeIfAbsent(operation, name -> new OperationHistory(observedMs))
        .add(root.durationMicros(), observedMs);
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
    OperationHistory history = histories.get(name(tenant, root));
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

  private static String name(String tenant, SpanFacts root) {
    return tenant + '\0' + root.service + '\0' + root.operation;
  }
}
