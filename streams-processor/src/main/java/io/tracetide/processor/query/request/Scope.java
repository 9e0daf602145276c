package io.tracetide.processor.query.request;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.runtime.access.Tenants;
import java.util.Set;

/**
 * The tenants, services and series that a query reads.
 *
 * @param tenants the only ones to read
 * @param services the only services to read; empty reads all
 * @param parts whether to read the parts of metrics that attributes distinguish, too; metrics as a
 *     whole are always read
 */
public record Scope(Tenants tenants, Set<String> services, boolean parts) {
  public static final Scope EVERYTHING = new Scope(Tenants.ALL, Set.of());

  public Scope {
    services = Set.copyOf(services);
  }

  /** The listed services; all of them when none is listed, or {@code *} is. */
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
