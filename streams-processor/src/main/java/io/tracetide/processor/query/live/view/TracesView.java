package io.tracetide.processor.query.live.view;

import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.trace.TraceCriteria;
import io.tracetide.processor.query.trace.TraceListQuery;
import io.tracetide.processor.query.trace.TraceSearch;
import io.tracetide.processor.query.trace.TracesAnswer;
import io.tracetide.runtime.access.Tenants;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Followed traces at each commit that changes them; one that leaves the filter is shown once more.
 */
final class TracesView implements LiveView {
  private final TraceListQuery query;
  private final TraceSearch search;
  private final TraceCriteria.Matcher filter;
  private final TraceCriteria.Matcher subject;
  private final ShownIds shown = new ShownIds();

  TracesView(TraceListQuery query, TraceSearch search) {
    this.query = query;
    this.search = search;
    TraceCriteria criteria = query.filter();
    this.filter = criteria.matcher();
    this.subject =
        new TraceCriteria(
                criteria.tenants(),
                Set.of(),
                criteria.services(),
                criteria.operations(),
                criteria.contexts(),
                criteria.startedUpToMs(),
                criteria.details().ofSubject())
            .matcher();
  }

  @Override
  public LiveTopic topic() {
    return LiveTopic.TRACES;
  }

  @Override
  public Tenants tenants() {
    return query.filter().tenants();
  }

  @Override
  public Set<String> services() {
    Set<String> names = query.filter().services();
    boolean exact = names.stream().noneMatch(TracesView::isPattern);
    return exact ? names.stream().collect(Collectors.toUnmodifiableSet()) : Set.of();
  }

  private static boolean isPattern(String name) {
    return name.chars().anyMatch(c -> c == '*' || c == '?' || c == '\\');
  }

  @Override
  public void take(SharedChange change, long nowMs, Consumer<Item> items) {
    if (!(change instanceof SharedChange.OfTrace of)) {
      return;
    }
    TraceSnapshot trace = of.change().trace();
    if (filter.matches(trace)) {
      shown.add(of.key());
      items.accept(of.item(query.steps()));
    } else if (subject.matches(trace) && shown.remove(of.key())) {
      items.accept(of.item(query.steps()));
    }
  }

  @Override
  public Record read(Instant now, CancellationCheck cancellation) {
    return search.list(query, cancellation);
  }

  @Override
  public void hasRead(Record answer) {
    if (answer instanceof TracesAnswer traces) {
      traces
          .traces()
          .forEach(
              trace ->
                  shown.add(new SharedChange.OfTrace.TraceKey(trace.tenant(), trace.traceId())));
    }
  }
}
