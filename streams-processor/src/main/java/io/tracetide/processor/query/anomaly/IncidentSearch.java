package io.tracetide.processor.query.anomaly;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Incident;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Searches the newest incidents with a matching anomaly. The anomalies are read twice, first for
 * the times of the incidents, so that only those of the answer are held in memory.
 */
public final class IncidentSearch {

  /** Maximum of anomalies that are listed of one incident. */
  static final int MOST_LISTED = 200;

  private static final Comparator<Anomaly> BY_OPENING =
      Comparator.comparing(Anomaly::getOpenedAt).thenComparing(Anomaly::getAnomalyId);

  private final AnomalyView view;

  /** Ids of incidents are unique within a tenant. */
  private record Key(String tenant, String id) {
    static @Nullable Key of(Anomaly anomaly) {
      Incident incident = anomaly.getIncident();
      return incident == null ? null : new Key(anomaly.getTenantId(), incident.getIncidentId());
    }
  }

  /** What is known of an incident after the first reading. */
  private static final class Found {
    final Key key;
    Instant openedAt = Instant.MAX;
    boolean open;
    boolean matches;

    Found(Key key) {
      this.key = key;
    }

    void add(Anomaly anomaly, boolean matching) {
      openedAt = anomaly.getOpenedAt().isBefore(openedAt) ? anomaly.getOpenedAt() : openedAt;
      open |= anomaly.getState() == AnomalyState.OPEN;
      matches |= matching;
    }
  }

  public IncidentSearch(AnomalyView view) {
    this.view = view;
  }

  public IncidentsAnswer answer(AnomalyQuery query, CancellationCheck cancellation) {
    Map<Key, Found> found = new HashMap<>();
    Set<String> missing =
        new TreeSet<>(
            view.read(
                anomaly -> {
                  cancellation.check();
                  Key key = Key.of(anomaly);
                  if (key != null && query.scope().tenants().includes(key.tenant())) {
                    found.computeIfAbsent(key, Found::new).add(anomaly, query.concerns(anomaly));
                  }
                }));
    List<Found> matching = new ArrayList<>();
    for (Found incident : found.values()) {
      if (incident.matches && query.resolved().map(over -> over != incident.open).orElse(true)) {
        matching.add(incident);
      }
    }
    matching.sort(
        Comparator.comparing((Found incident) -> incident.openedAt)
            .thenComparing(incident -> incident.key.id())
            .reversed());
    List<Found> asked = matching.subList(0, Math.min(query.limit(), matching.size()));
    List<IncidentsAnswer.Item> items = items(asked, missing, cancellation);
    return new IncidentsAnswer(!missing.isEmpty(), List.copyOf(missing), matching.size(), items);
  }

  private List<IncidentsAnswer.Item> items(
      List<Found> asked, Set<String> missing, CancellationCheck cancellation) {
    Map<Key, List<Anomaly>> anomalies = new HashMap<>();
    asked.forEach(incident -> anomalies.put(incident.key, new ArrayList<>()));
    missing.addAll(
        view.read(
            anomaly -> {
              cancellation.check();
              List<Anomaly> ofIncident = anomalies.get(Key.of(anomaly));
              if (ofIncident != null) {
                ofIncident.add(anomaly);
              }
            }));
    return asked.stream()
        .filter(incident -> !anomalies.getOrDefault(incident.key, List.of()).isEmpty())
        .map(incident -> item(incident.key, anomalies.getOrDefault(incident.key, List.of())))
        .toList();
  }

  private static IncidentsAnswer.Item item(Key key, List<Anomaly> anomalies) {
    Anomaly latest =
        anomalies.stream().max(Comparator.comparing(Anomaly::getUpdatedAt)).orElseThrow();
    AnomaliesAnswer.Origin origin = AnomaliesAnswer.Origin.of(latest.getIncident());
    anomalies.sort(
        Comparator.comparing((Anomaly anomaly) -> !isOf(origin, anomaly))
            .thenComparing(BY_OPENING));
    Set<String> services =
        anomalies.stream()
            .map(Anomaly::getServiceName)
            .collect(Collectors.toCollection(TreeSet::new));
    boolean open = anomalies.stream().anyMatch(anomaly -> anomaly.getResolvedAt() == null);
    Optional<Instant> lastResolved =
        anomalies.stream()
            .flatMap(anomaly -> Stream.ofNullable(anomaly.getResolvedAt()))
            .max(Comparator.naturalOrder());
    return new IncidentsAnswer.Item(
        key.id(),
        key.tenant(),
        anomalies.stream().map(Anomaly::getSeverity).max(Comparator.naturalOrder()).get().name(),
        (open ? AnomalyState.OPEN : AnomalyState.RESOLVED).name(),
        anomalies.stream().map(Anomaly::getOpenedAt).min(Comparator.naturalOrder()).get(),
        open ? null : lastResolved.orElse(null),
        origin,
        List.copyOf(services),
        anomalies.size(),
        anomalies.stream().limit(MOST_LISTED).map(IncidentsAnswer.Part::of).toList());
  }

  private static boolean isOf(AnomaliesAnswer.Origin origin, Anomaly anomaly) {
    return anomaly.getServiceName().equals(origin.service())
        && (origin.operation() == null || anomaly.getOperationName().equals(origin.operation()));
  }
}
