package io.tracetide.processor.query.request;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.runtime.access.Tenants;
import java.util.Set;

/**
 * The part of the fleet that a query is about.
 *
 * @param tenants the only ones to read
 * @param services the only services to read; empty reads all
 * @param parts whether to read the parts of metrics, too, that attributes tell apart; metrics as a
 *     whole are read in any case
 */
public record Scope(Tenants tenants, Set<String> services, boolean parts) {
  public static final Scope EVERYTHING = new Scope(Tenants.ALL, Set.of());

  public Scope {
    services = Set.copyOf(services);
  }

  /** The services that are listed; all of them when none is, or when all are meant. */
  public static Scope of(Tenants tenants, Selection services) {
    return new Scope(tenants, services.all() ? Set.of() : services.names());
  }

  /** Without the parts of metrics. */
  public Scope(Tenants tenants, Set<String> services) {
    this(tenants, services, false);
  }

  /** The same with the parts of metrics. */
  public Scope withParts() {
    return new Scope(tenants, services, true);
  }

  public boolean includes(SeriesId series) {
    return (parts || series.attributes().isEmpty()) && includes(series.tenant(), series.service());
  }

  public boolean includes(String tenant, String service) {
    return tenants.includes(tenant) && (services.isEmpty() || services.contains(service));
  }
}
