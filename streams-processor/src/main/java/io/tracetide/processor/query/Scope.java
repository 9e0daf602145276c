package io.tracetide.processor.query;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.runtime.access.Tenants;
import java.util.Set;

/**
 * The part of the fleet that a query is about.
 *
 * @param tenants the only ones to read
 * @param services the only services to read; empty reads all
 */
public record Scope(Tenants tenants, Set<String> services) {
  public static final Scope EVERYTHING = new Scope(Tenants.ALL, Set.of());

  public Scope {
    services = Set.copyOf(services);
  }

  /** All services of the tenants, when {@link SeriesId#ALL_SERVICES} is among them. */
  Scope widened() {
    return services.contains(SeriesId.ALL_SERVICES) ? new Scope(tenants, Set.of()) : this;
  }

  public boolean includes(SeriesId series) {
    return includes(series.tenant(), series.service());
  }

  public boolean includes(String tenant, String service) {
    return tenants.includes(tenant) && (services.isEmpty() || services.contains(service));
  }
}
