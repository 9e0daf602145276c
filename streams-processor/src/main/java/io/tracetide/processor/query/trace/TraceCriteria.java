package io.tracetide.processor.query.trace;

import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.rule.Glob;
import io.tracetide.runtime.access.Tenants;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * The traces that a query selects. An empty set selects all.
 *
 * @param tenants the only ones to read
 * @param states labels of {@link io.tracetide.processor.ledger.trace.LifecycleState}
 * @param services globs, in which a backslash quotes the next character, of the services of its
 *     spans
 * @param operations the same, of the operation's name or of the template that its windows have; one
 *     span must match both service and operation
 * @param contexts business identifiers, one of which the trace must have
 * @param startedUpToMs latest start, milliseconds since the epoch; traces without a known start are
 *     not selected
 * @param details tags, duration and errors
 */
public record TraceCriteria(
    Tenants tenants,
    Set<String> states,
    Set<String> services,
    Set<String> operations,
    Set<String> contexts,
    OptionalLong startedUpToMs,
    TraceDetails details) {

  public TraceCriteria {
    states = ordered(states);
    services = ordered(services);
    operations = ordered(operations);
    contexts = ordered(contexts);
  }

  /** Equal sets have the same order, so that equal criteria have the same encoding. */
  private static Set<String> ordered(Set<String> names) {
    return Collections.unmodifiableSet(new TreeSet<>(names));
  }

  /** The criteria compiled for many traces. */
  public Matcher matcher() {
    return new Matcher(this);
  }

  /** Tests traces; for one thread. */
  public static final class Matcher {
    private static final long MICROS_PER_MILLI = 1_000;

    private final TraceCriteria filter;
    private final List<Glob> services;
    private final List<Glob> operations;
    private final TraceDetails.Matcher details;

    private Matcher(TraceCriteria filter) {
      this.filter = filter;
      this.services = globs(filter.services());
      this.operations = globs(filter.operations());
      this.details = filter.details().matcher();
    }

    /** Whether the criteria select the trace. */
    public boolean matches(TraceSnapshot trace) {
      return filter.tenants().includes(trace.tenant())
          && (filter.states().isEmpty() || filter.states().contains(trace.state().label()))
          && matchesContext(trace.context().values())
          && matchesStart(trace.startedAtMicros())
          && matchesSpan(trace)
          && details.matches(trace);
    }

    private boolean matchesSpan(TraceSnapshot trace) {
      return matchesSpan(trace.service(), trace.operation())
          || trace.spans().stream().anyMatch(span -> matchesSpan(span.service(), span.operation()));
    }

    private boolean matchesSpan(String service, String operation) {
      return anyMatches(services, service) && matchesOperation(operation);
    }

    private boolean matchesOperation(String name) {
      return anyMatches(operations, name) || anyMatches(operations, OperationTemplate.of(name));
    }

    private boolean matchesContext(Collection<String> ids) {
      return filter.contexts().isEmpty() || ids.stream().anyMatch(filter.contexts()::contains);
    }

    private boolean matchesStart(OptionalLong startedAtMicros) {
      return filter.startedUpToMs().isEmpty()
          || (startedAtMicros.isPresent()
              && startedAtMicros.getAsLong()
                  <= filter.startedUpToMs().getAsLong() * MICROS_PER_MILLI);
    }

    private static boolean anyMatches(List<Glob> globs, String name) {
      return globs.isEmpty() || globs.stream().anyMatch(glob -> glob.matches(name));
    }

    private static List<Glob> globs(Set<String> patterns) {
      return patterns.stream().map(Glob::escaped).toList();
    }
  }
}
