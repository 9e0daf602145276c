package io.tracetide.processor.query.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.query.request.ServiceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** A partition of the ledger held in a map, in the order of tenants and trace ids. */
public final class MemoryLedger implements LedgerPartition {
  private final NavigableMap<String, TraceSnapshot> traces = new ConcurrentSkipListMap<>();

  public MemoryLedger put(TraceSnapshot trace) {
    traces.put(key(trace.tenant(), trace.traceId()), trace);
    return this;
  }

  public void remove(String tenant, String traceId) {
    traces.remove(key(tenant, traceId));
  }

  public List<TraceSnapshot> all() {
    return new ArrayList<>(traces.values());
  }

  public void clear() {
    traces.clear();
  }

  @Override
  public @Nullable TraceSnapshot find(String tenant, String traceId) {
    return traces.get(key(tenant, traceId));
  }

  @Override
  public void scan(Set<String> states, byte @Nullable [] after, Reader reader) {
    NavigableMap<String, TraceSnapshot> rest =
        after == null ? traces : traces.tailMap(new String(after, UTF_8), false);
    for (Map.Entry<String, TraceSnapshot> entry : rest.entrySet()) {
      if (states.contains(entry.getValue().state().label())
          && !reader.read(entry.getValue(), entry.getKey().getBytes(UTF_8))) {
        return;
      }
    }
  }

  @Override
  public void counts(CountReader reader) {
    Map<ServiceName, long[]> counts = new HashMap<>();
    for (TraceSnapshot trace : traces.values()) {
      if (Traces.isOpen(trace.state())) {
        long[] count =
            counts.computeIfAbsent(
                new ServiceName(trace.tenant(), trace.service()), name -> new long[2]);
        count[0]++;
        count[1] += trace.state() instanceof LifecycleState.Stuck ? 1 : 0;
      }
    }
    counts.forEach((name, count) -> reader.read(name.tenant(), name.service(), count[0], count[1]));
  }

  private static String key(String tenant, String traceId) {
    return tenant + '\0' + traceId;
  }
}
