package io.tracetide.processor.query.prometheus;

import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.runtime.access.Tenants;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The part of the stores that series with given labels can be in. */
final class ReadScope {
  private ReadScope() {}

  /**
   * The tenants and services to read; empty when there are none.
   *
   * @param allowed tenants of the caller
   */
  static Optional<Scope> of(Tenants allowed, List<SeriesMatcher> matchers) {
    Tenants tenants = allowed;
    Optional<Set<String>> named = only(SpanMetrics.TENANT, matchers);
    if (named.isPresent()) {
      Set<String> names = new HashSet<>(named.get());
      names.removeIf(name -> !allowed.includes(name));
      tenants = Tenants.of(names);
    }
    if (!tenants.isAll() && tenants.names().isEmpty()) {
      return Optional.empty();
    }
    Optional<Set<String>> services = only(SpanMetrics.SERVICE, matchers);
    return services.isPresent() && services.get().isEmpty()
        ? Optional.empty()
        : Optional.of(new Scope(tenants, services.orElse(Set.of())));
  }

  private static Optional<Set<String>> only(String label, Collection<SeriesMatcher> matchers) {
    Optional<Set<String>> only = Optional.empty();
    for (SeriesMatcher matcher : matchers) {
      Optional<Set<String>> values =
          matcher.label().equals(label) ? matcher.onlyValues() : Optional.empty();
      if (values.isPresent()) {
        Set<String> both = new HashSet<>(values.get());
        only.ifPresent(both::retainAll);
        only = Optional.of(both);
      }
    }
    return only;
  }

  /** Whether all matchers accept the labels. */
  static boolean accepts(List<SeriesMatcher> matchers, Labels labels) {
    for (SeriesMatcher matcher : matchers) {
      if (!matcher.matches(labels.get(matcher.label()))) {
        return false;
      }
    }
    return true;
  }
}
