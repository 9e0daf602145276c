package io.tracetide.processor.incident;

import io.tracetide.schemas.AnomalyKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Orders the operations of an incident by how likely the fault is there.
 *
 * <p>A slow or failing operation makes its callers slow or failing; one that is slow, fails or is
 * no longer called reduces the calls of those that it calls. The score of an operation is the size
 * of its symptom, plus half the sizes of the symptoms that it explains, minus the largest one that
 * explains it.
 *
 * <p>When calls to one other service deviate and nothing in that service does, the service or the
 * network to it is a suspect, too: its score is the sum of the sizes of those calls, more of spans
 * of their own for a call and less of spans that do other work as well, plus half the sizes that
 * these explain. Not so when the same caller's calls to several services deviate, because then the
 * caller is more likely.
 */
final class OriginRanking {

  /** Maximum of operations that are ranked, those with the largest symptoms. */
  private static final int MOST = 200;

  private static final double EXPLAINED = 0.5;

  /** Weight of a call that deviates for the suspicion against the service that it goes to. */
  private static final double UNSEEN = 0.6;

  /** The same of a span of its own for the call: it measures little else than the call. */
  private static final double UNSEEN_CLIENT = 1.05;

  private static final Comparator<Suspect> MOST_LIKELY_FIRST =
      Comparator.comparingDouble(Suspect::score)
          .reversed()
          .thenComparingLong(Suspect::openedAtMs)
          .thenComparing(Suspect::service)
          .thenComparing(suspect -> suspect.operation() == null ? "" : suspect.operation());

  /** A total order, so that the ranking does not depend on the order in which anomalies came. */
  private static final Comparator<Symptom> LARGEST_FIRST =
      Comparator.comparingDouble(Symptom::size)
          .reversed()
          .thenComparingLong(Symptom::openedAtMs)
          .thenComparing(symptom -> symptom.operation().service())
          .thenComparing(symptom -> symptom.operation().operation())
          .thenComparing(Symptom::kind);

  private final CallGraph graph;
  private final Map<TracedOperation, Scored> scored = new LinkedHashMap<>();

  /**
   * A possible origin.
   *
   * @param operation null when no operation of the service deviates
   * @param openedAtMs when its anomaly opened, or the first of the calls to it
   */
  record Suspect(String service, @Nullable String operation, double score, long openedAtMs) {}

  /** The largest symptom of an operation and what explains it. */
  private static final class Scored {
    final Symptom symptom;
    double explains;
    double explained;

    Scored(Symptom symptom) {
      this.symptom = symptom;
    }

    Suspect suspect() {
      return new Suspect(
          symptom.operation().service(),
          symptom.operation().operation(),
          symptom.size() + EXPLAINED * explains - explained,
          symptom.openedAtMs());
    }
  }

  private OriginRanking(CallGraph graph) {
    this.graph = graph;
  }

  /** The suspects, most likely first. */
  static List<Suspect> rank(Collection<Symptom> symptoms, CallGraph graph) {
    OriginRanking ranking = new OriginRanking(graph);
    symptoms.stream()
        .sorted(LARGEST_FIRST)
        .limit(MOST)
        .forEach(each -> ranking.scored.putIfAbsent(each.operation(), new Scored(each)));
    ranking.explain();
    List<Suspect> suspects = new ArrayList<>();
    ranking.scored.values().forEach(each -> suspects.add(each.suspect()));
    suspects.addAll(ranking.unseen());
    suspects.sort(MOST_LIKELY_FIRST);
    return suspects;
  }

  private void explain() {
    for (Scored caller : scored.values()) {
      for (TracedOperation reached : graph.reachedBy(caller.symptom.operation())) {
        Scored callee = scored.get(reached);
        if (callee == null) {
          continue;
        }
        if (callee.symptom.isFromCallers() || isSilentWithItsCaller(caller, callee)) {
          explain(callee, caller);
        } else if (!caller.symptom.isFromCallers()) {
          explain(caller, callee);
        }
      }
    }
  }

  /** A service that is no longer called has no spans either. */
  private static boolean isSilentWithItsCaller(Scored caller, Scored callee) {
    return callee.symptom.kind() == AnomalyKind.NO_DATA
        && (caller.symptom.kind() == AnomalyKind.NO_DATA || caller.symptom.isFromCallers());
  }

  private static void explain(Scored effect, Scored cause) {
    effect.explained = Math.max(effect.explained, cause.symptom.size());
    cause.explains += effect.symptom.size();
  }

  /** Services without a symptom that all deviating calls of some callers go to. */
  private List<Suspect> unseen() {
    Set<String> deviating = new HashSet<>();
    scored.keySet().forEach(operation -> deviating.add(operation.service()));
    Map<String, List<Symptom>> lastInCaller = new TreeMap<>();
    for (Scored each : scored.values()) {
      TracedOperation operation = each.symptom.operation();
      boolean last = graph.reachedBy(operation).stream().noneMatch(scored::containsKey);
      if (last && !each.symptom.isFromCallers()) {
        lastInCaller
            .computeIfAbsent(operation.service(), service -> new ArrayList<>())
            .add(each.symptom);
      }
    }
    Map<String, List<Symptom>> calls = new TreeMap<>();
    lastInCaller.forEach(
        (caller, found) -> {
          Set<String> called = new TreeSet<>();
          found.forEach(symptom -> called.addAll(calledServices(symptom.operation())));
          if (called.size() == 1 && !deviating.containsAll(called)) {
            called.forEach(
                service -> calls.computeIfAbsent(service, none -> new ArrayList<>()).addAll(found));
          }
        });
    List<Suspect> suspects = new ArrayList<>();
    calls.forEach((service, found) -> suspects.add(unseen(service, found)));
    return suspects;
  }

  /** The suspicion against a service to which all these calls go. */
  private Suspect unseen(String service, List<Symptom> found) {
    Set<TracedOperation> operations = new HashSet<>();
    double score = 0;
    long openedAtMs = Long.MAX_VALUE;
    for (Symptom call : found) {
      operations.add(call.operation());
      score += call.size() * (isClient(call.operation()) ? UNSEEN_CLIENT : UNSEEN);
      openedAtMs = Math.min(openedAtMs, call.openedAtMs());
    }
    for (Scored each : scored.values()) {
      TracedOperation caller = each.symptom.operation();
      if (!operations.contains(caller)
          && !each.symptom.isFromCallers()
          && graph.reachedBy(caller).stream().anyMatch(operations::contains)) {
        score += EXPLAINED * each.symptom.size();
      }
    }
    return new Suspect(service, null, score, openedAtMs);
  }

  /** Whether spans of an operation are children of others of their service. */
  private boolean isClient(TracedOperation operation) {
    return graph.callersOf(operation).stream()
        .anyMatch(caller -> caller.service().equals(operation.service()));
  }

  /** The other services that an operation calls directly, or its own when it calls none. */
  private Set<String> calledServices(TracedOperation operation) {
    Set<String> services = new TreeSet<>();
    for (TracedOperation callee : graph.calleesOf(operation)) {
      if (!callee.service().equals(operation.service())) {
        services.add(callee.service());
      }
    }
    return services.isEmpty() ? Set.of(operation.service()) : services;
  }
}
