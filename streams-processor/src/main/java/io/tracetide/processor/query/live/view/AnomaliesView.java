package io.tracetide.processor.query.live.view;

import io.tracetide.processor.query.anomaly.AnomaliesAnswer;
import io.tracetide.processor.query.anomaly.AnomalyQuery;
import io.tracetide.processor.query.anomaly.AnomalySearch;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.runtime.access.Tenants;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Anomalies in each revision; one that leaves the filter is shown once more. */
final class AnomaliesView implements LiveView {
  private final Function<Instant, AnomalyQuery> query;
  private final AnomalySearch search;
  private final AnomalyQuery filter;
  private final AnomalyQuery subject;
  private final ShownIds shown = new ShownIds();

  /**
   * A view of the anomalies of all instances.
   *
   * @param query the query whose range ends at a time
   */
  AnomaliesView(Function<Instant, AnomalyQuery> query, AnomalySearch search, Instant now) {
    this.query = query;
    this.search = search;
    AnomalyQuery first = query.apply(now);
    // Every anomaly that changes is open in the present, or was until now.
    this.filter = first.always(first.severities(), first.resolved());
    this.subject = first.always(Set.of(), Optional.empty());
  }

  @Override
  public LiveTopic topic() {
    return LiveTopic.ANOMALIES;
  }

  @Override
  public Tenants tenants() {
    return filter.scope().tenants();
  }

  @Override
  public Set<String> services() {
    return filter.scope().services();
  }

  @Override
  public void take(SharedChange change, long nowMs, Consumer<Item> items) {
    if (!(change instanceof SharedChange.OfAnomaly of)) {
      return;
    }
    String id = of.anomaly().getAnomalyId();
    if (filter.matches(of.anomaly())) {
      shown.add(id);
      items.accept(of.item());
    } else if (subject.matches(of.anomaly()) && shown.remove(id)) {
      items.accept(of.item());
    }
  }

  @Override
  public Record read(Instant now, CancellationCheck cancellation) {
    return search.answer(query.apply(now), cancellation);
  }

  @Override
  public void hasRead(Record answer) {
    if (answer instanceof AnomaliesAnswer anomalies) {
      anomalies.anomalies().forEach(anomaly -> shown.add(anomaly.anomalyId()));
    }
  }
}
