package io.tracetide.processor.incident;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Incident;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The incidents of one tenant. Its whole state is in the published anomalies and the calls.
 *
 * <p>An anomaly joins the incident of one that opened shortly before or was just resolved, when
 * both are of one service, or one of their operations calls the other, directly or through others.
 * That of a tenant as a whole is related to those of all its services. Breaches of workflows and
 * controls join only those of the same kind and service.
 */
public final class Incidents {

  /** Kinds that a fault causes in the services that it affects. */
  private static final Set<AnomalyKind> SPREADING =
      EnumSet.of(
          AnomalyKind.LATENCY,
          AnomalyKind.THROUGHPUT,
          AnomalyKind.ERROR_RATE,
          AnomalyKind.RESOURCE,
          AnomalyKind.NO_DATA,
          AnomalyKind.STUCK_TRACE,
          AnomalyKind.ABANDONED_TRACE,
          AnomalyKind.STEP_TIMEOUT,
          AnomalyKind.DEADLINE);

  private static final Comparator<Group> OLDEST_FIRST =
      Comparator.comparingLong((Group group) -> group.openedAtMs).thenComparing(group -> group.id);

  private final IncidentsConfig config;
  private final CallGraph graph = new CallGraph();
  private final Map<String, Group> groups = new HashMap<>();
  private final Map<String, Member> members = new HashMap<>();
  private final Map<TracedOperation, Set<Member>> byOperation = new HashMap<>();
  private final Map<String, Set<Member>> byService = new HashMap<>();
  private long latestMs = Long.MIN_VALUE;

  /** An incident. */
  private static final class Group {
    final String id;
    long openedAtMs;
    int anomalies;

    /** Those that further anomalies may be linked to. */
    final Set<Member> members = new LinkedHashSet<>();

    Group(String id, long openedAtMs) {
      this.id = id;
      this.openedAtMs = openedAtMs;
    }
  }

  /** An anomaly that is open, or was resolved a short time ago. */
  private static final class Member {
    final String anomalyId;
    Symptom symptom;
    long resolvedAtMs;
    Group group;

    Member(Anomaly anomaly, Group group) {
      this.anomalyId = anomaly.getAnomalyId();
      this.group = group;
      this.symptom = symptom(anomaly);
      this.resolvedAtMs = resolvedAtMs(anomaly);
    }

    void update(Anomaly anomaly) {
      symptom = symptom(anomaly);
      resolvedAtMs = resolvedAtMs(anomaly);
    }

    private static Symptom symptom(Anomaly anomaly) {
      return new Symptom(
          new TracedOperation(anomaly.getServiceName(), anomaly.getOperationName()),
          anomaly.getKind(),
          DeviationSize.of(anomaly),
          anomaly.getOpenedAt().toEpochMilli());
    }

    private static long resolvedAtMs(Anomaly anomaly) {
      Instant resolvedAt = anomaly.getResolvedAt();
      return resolvedAt == null ? Long.MAX_VALUE : resolvedAt.toEpochMilli();
    }
  }

  /** Starts without anomalies and calls. */
  public Incidents(IncidentsConfig config) {
    this.config = config;
  }

  /** The calls of the tenant. */
  public CallGraph calls() {
    return graph;
  }

  /** Adds a published anomaly at the start. */
  public void restore(Anomaly anomaly) {
    Incident incident = anomaly.getIncident();
    if (incident == null) {
      return;
    }
    Group group =
        groups.computeIfAbsent(
            incident.getIncidentId(), id -> new Group(id, incident.getOpenedAt().toEpochMilli()));
    group.anomalies = Math.max(group.anomalies, incident.getAnomalies());
    add(new Member(anomaly, group));
    latestMs = Math.max(latestMs, anomaly.getUpdatedAt().toEpochMilli());
  }

  /** Drops the anomalies that no other can be linked to any more; also after the restoration. */
  public void dropOld() {
    long limitMs = latestMs - config.linkWithin().plus(config.rejoinWithin()).toMillis();
    for (Member member : List.copyOf(members.values())) {
      if (member.resolvedAtMs < limitMs) {
        remove(member);
      }
    }
  }

  /**
   * Links anomalies that were found together.
   *
   * @return them with their incidents, in the same order
   */
  public List<Anomaly> link(List<Anomaly> found) {
    Set<Member> opened = new HashSet<>();
    List<Member> linked = new ArrayList<>();
    for (Anomaly anomaly : found) {
      latestMs = Math.max(latestMs, anomaly.getUpdatedAt().toEpochMilli());
      Member member = members.get(anomaly.getAnomalyId());
      if (member == null) {
        member = open(anomaly, opened);
        opened.add(member);
      } else {
        member.update(anomaly);
      }
      linked.add(member);
    }
    Map<Group, Incident> incidents = new HashMap<>();
    List<Anomaly> published = new ArrayList<>();
    for (int i = 0; i < linked.size(); i++) {
      published.add(
          Anomaly.newBuilder(found.get(i))
              .setIncident(incidents.computeIfAbsent(linked.get(i).group, this::incident))
              .build());
    }
    dropOld();
    return published;
  }

  /**
   * Adds an anomaly to the oldest incident that it is related to, or to a new one.
   *
   * @param together those that were found together with it, whose incidents are not published yet
   */
  private Member open(Anomaly anomaly, Set<Member> together) {
    Group own = new Group(anomaly.getAnomalyId(), anomaly.getOpenedAt().toEpochMilli());
    Member member = new Member(anomaly, own);
    Set<Member> related = related(member);
    Group oldest = related.stream().map(each -> each.group).min(OLDEST_FIRST).orElse(own);
    member.group = oldest;
    oldest.anomalies++;
    groups.put(oldest.id, oldest);
    add(member);
    for (Member other : related) {
      if (other.group != oldest && together.containsAll(other.group.members)) {
        merge(other.group, oldest);
      }
    }
    return member;
  }

  private void merge(Group younger, Group older) {
    groups.remove(younger.id);
    for (Member moved : younger.members) {
      moved.group = older;
      older.members.add(moved);
    }
    older.anomalies += younger.anomalies;
    younger.members.clear();
  }

  private Set<Member> related(Member member) {
    Set<Member> related = new LinkedHashSet<>();
    TracedOperation operation = member.symptom.operation();
    addRelated(byService.getOrDefault(operation.service(), Set.of()), member, related);
    if (operation.service().equals(SeriesId.ALL_SERVICES)) {
      addRelated(members.values(), member, related);
    } else {
      addRelated(byService.getOrDefault(SeriesId.ALL_SERVICES, Set.of()), member, related);
    }
    if (SPREADING.contains(member.symptom.kind())) {
      for (Set<TracedOperation> others :
          List.of(graph.reachedBy(operation), graph.reaching(operation))) {
        for (TracedOperation other : others) {
          addRelated(byOperation.getOrDefault(other, Set.of()), member, related);
        }
      }
    }
    return related;
  }

  private void addRelated(Collection<Member> candidates, Member member, Set<Member> related) {
    AnomalyKind kind = member.symptom.kind();
    for (Member candidate : candidates) {
      boolean sameCause =
          candidate.symptom.kind() == kind
              || (SPREADING.contains(kind) && SPREADING.contains(candidate.symptom.kind()));
      if (sameCause && isTogether(candidate, member.symptom.openedAtMs())) {
        related.add(candidate);
      }
    }
  }

  private boolean isTogether(Member candidate, long openedAtMs) {
    if (candidate.resolvedAtMs <= openedAtMs) {
      return openedAtMs - candidate.resolvedAtMs <= config.rejoinWithin().toMillis();
    }
    return Math.abs(openedAtMs - candidate.symptom.openedAtMs()) <= config.linkWithin().toMillis();
  }

  private Incident incident(Group group) {
    List<Symptom> symptoms = new ArrayList<>();
    for (Member member : group.members) {
      group.openedAtMs = Math.min(group.openedAtMs, member.symptom.openedAtMs());
      symptoms.add(member.symptom);
    }
    OriginRanking.Suspect origin = OriginRanking.rank(symptoms, graph).get(0);
    @Nullable String operation = origin.operation();
    boolean known = operation != null && !operation.equals(SeriesId.ALL_OPERATIONS);
    return Incident.newBuilder()
        .setIncidentId(group.id)
        .setOpenedAt(Instant.ofEpochMilli(group.openedAtMs))
        .setAnomalies(group.anomalies)
        .setOriginService(origin.service())
        .setOriginOperation(known ? operation : null)
        .build();
  }

  private void add(Member member) {
    member.group.members.add(member);
    members.put(member.anomalyId, member);
    TracedOperation operation = member.symptom.operation();
    byOperation.computeIfAbsent(operation, none -> new LinkedHashSet<>()).add(member);
    byService.computeIfAbsent(operation.service(), none -> new LinkedHashSet<>()).add(member);
  }

  private void remove(Member member) {
    members.remove(member.anomalyId);
    Group group = member.group;
    group.members.remove(member);
    if (group.members.isEmpty()) {
      groups.remove(group.id);
    }
    TracedOperation operation = member.symptom.operation();
    remove(byOperation, operation, member);
    remove(byService, operation.service(), member);
  }

  private static <K> void remove(Map<K, Set<Member>> index, K key, Member member) {
    Set<Member> known = index.get(key);
    if (known != null && known.remove(member) && known.isEmpty()) {
      index.remove(key);
    }
  }

  /** Whether no calls are known, and no anomaly that others can be linked to. */
  public boolean isEmpty() {
    return members.isEmpty() && graph.size() == 0;
  }
}
