package io.tracetide.processor.rule;

import io.tracetide.processor.window.SeriesId;

/**
 * Selects series by globs of their names. None selects the service {@link SeriesId#OTHER}, because
 * each partition has only a part of it.
 */
public final class SeriesGlobs {
  private final Glob tenant;
  private final Glob service;
  private final Glob operation;
  private final boolean ofServices;

  /** Globs of tenant, service and operation; the operation "*" selects services as a whole. */
  public SeriesGlobs(String tenant, String service, String operation) {
    this.tenant = Glob.of(tenant);
    this.service = Glob.of(service);
    this.operation = Glob.of(operation);
    this.ofServices = operation.equals(SeriesId.ALL_OPERATIONS);
  }

  /** Whether tenant, service and operation of a series match. */
  public boolean matches(SeriesId series) {
    return !series.service().equals(SeriesId.OTHER)
        && matchesOperation(series.operation())
        && tenant.matches(series.tenant())
        && service.matches(series.service());
  }

  /** The roll-up of a service is matched by its own name only, not by a glob. */
  private boolean matchesOperation(String name) {
    return name.equals(SeriesId.ALL_OPERATIONS)
        ? ofServices
        : !ofServices && operation.matches(name);
  }
}
