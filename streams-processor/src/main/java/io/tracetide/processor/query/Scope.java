package io.tracetide.processor.query;

import io.tracetide.processor.window.SeriesId;
import java.util.Optional;
import java.util.Set;

/**
 * The part of the fleet that a query is about.
 *
 * @param tenant the only tenant to read; empty reads all
 * @param services the only services to read; empty reads all
 */
public record Scope(Optional<String> tenant, Set<String> services) {
  public static final Scope EVERYTHING = new Scope(Optional.empty(), Set.of());

  public Scope {
    services = Set.copyOf(services);
  }

  /** All services of the tenant, when {@link SeriesId#ALL_SERVICES} is among them. */
  Scope widened() {
    return services.contains(SeriesId.ALL_SERVICES) ? new Scope(tenant, Set.of()) : this;
  }

  public boolean includes(SeriesId series) {
    return includes(series.tenant(), series.service());
  }

  public boolean includes(String ofTenant, String service) {
    return tenant.map(ofTenant::equals).orElse(true)
        && (services.isEmpty() || services.contains(service));
  }
}
