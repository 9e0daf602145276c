package io.tracetide.processor.incident;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which operations of a tenant call which, from recent traces. */
public final class CallGraph {

  /** Maximum of calls that are known; further ones are ignored until old ones are dropped. */
  static final int MOST_CALLS = 20_000;

  /** Maximum of operations that one operation is taken to reach. */
  static final int MOST_REACHED = 2_000;

  /** What was done with a call. */
  public enum Added {
    NEW,
    AGAIN,
    /** Too many calls are known. */
    IGNORED
  }

  private final Map<Call, Long> seenMs = new HashMap<>();
  private final Map<TracedOperation, Set<TracedOperation>> callees = new HashMap<>();
  private final Map<TracedOperation, Set<TracedOperation>> callers = new HashMap<>();
  private final Map<String, Set<TracedOperation>> ofService = new HashMap<>();

  /** Results of {@link #reachedBy} until the graph changes. */
  private final Map<TracedOperation, Set<TracedOperation>> reached = new HashMap<>();

  /** Results of {@link #reaching} until the graph changes. */
  private final Map<TracedOperation, Set<TracedOperation>> reaching = new HashMap<>();

  /**
   * Adds a call, or notes that it was seen again.
   *
   * @return what was done with it
   */
  public Added add(Call call, long atMs) {
    Long known = seenMs.get(call);
    if (known == null && seenMs.size() >= MOST_CALLS) {
      return Added.IGNORED;
    }
    seenMs.put(call, known == null ? atMs : Math.max(known, atMs));
    if (known == null) {
      of(callees, call.caller()).add(call.callee());
      of(callers, call.callee()).add(call.caller());
      ofService(call.caller());
      ofService(call.callee());
      forgetResults();
    }
    return known == null ? Added.NEW : Added.AGAIN;
  }

  private void ofService(TracedOperation operation) {
    ofService.computeIfAbsent(operation.service(), service -> new LinkedHashSet<>()).add(operation);
  }

  private static Set<TracedOperation> of(
      Map<TracedOperation, Set<TracedOperation>> edges, TracedOperation operation) {
    return edges.computeIfAbsent(operation, unknown -> new LinkedHashSet<>());
  }

  private void forgetResults() {
    reached.clear();
    reaching.clear();
  }

  /** Drops and returns the calls that were last seen before a time. */
  public List<Call> dropBefore(long limitMs) {
    List<Call> old = new ArrayList<>();
    seenMs.forEach(
        (call, atMs) -> {
          if (atMs < limitMs) {
            old.add(call);
          }
        });
    for (Call call : old) {
      seenMs.remove(call);
      remove(callees, call.caller(), call.callee());
      remove(callers, call.callee(), call.caller());
      dropUnused(call.caller());
      dropUnused(call.callee());
    }
    if (!old.isEmpty()) {
      forgetResults();
    }
    return old;
  }

  private static void remove(
      Map<TracedOperation, Set<TracedOperation>> edges, TracedOperation from, TracedOperation to) {
    Set<TracedOperation> known = edges.get(from);
    if (known != null && known.remove(to) && known.isEmpty()) {
      edges.remove(from);
    }
  }

  private void dropUnused(TracedOperation operation) {
    @Nullable Set<TracedOperation> known = ofService.get(operation.service());
    if (known != null && !callees.containsKey(operation) && !callers.containsKey(operation)) {
      known.remove(operation);
      if (known.isEmpty()) {
        ofService.remove(operation.service());
      }
    }
  }

  public int size() {
    return seenMs.size();
  }

  /** Operations that spans of this one were direct parents of. */
  Set<TracedOperation> calleesOf(TracedOperation operation) {
    return callees.getOrDefault(operation, Set.of());
  }

  /** Operations whose spans were direct parents of spans of this one. */
  Set<TracedOperation> callersOf(TracedOperation operation) {
    return callers.getOrDefault(operation, Set.of());
  }

  /**
   * Operations that this one calls, directly or through others, and the services of those in other
   * services. An operation {@code *} is all operations of its service.
   */
  Set<TracedOperation> reachedBy(TracedOperation operation) {
    return reached.computeIfAbsent(operation, from -> search(from, callees));
  }

  /** Operations that call this one, directly or through others, and their other services. */
  Set<TracedOperation> reaching(TracedOperation operation) {
    return reaching.computeIfAbsent(operation, from -> search(from, callers));
  }

  private Set<TracedOperation> search(
      TracedOperation from, Map<TracedOperation, Set<TracedOperation>> edges) {
    Set<TracedOperation> found = new HashSet<>();
    Deque<TracedOperation> open = new ArrayDeque<>();
    open.add(from);
    if (from.isService()) {
      open.addAll(ofService.getOrDefault(from.service(), Set.of()));
    }
    while (!open.isEmpty() && found.size() < MOST_REACHED) {
      for (TracedOperation next : edges.getOrDefault(open.remove(), Set.of())) {
        if (!next.equals(from) && found.add(next)) {
          open.add(next);
        }
      }
    }
    Set<TracedOperation> services = new HashSet<>();
    for (TracedOperation each : found) {
      if (!each.service().equals(from.service())) {
        services.add(each.ofService());
      }
    }
    found.addAll(services);
    return found;
  }
}
