package io.tracetide.alert.api;

import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.store.AlertTables;
import io.tracetide.alert.store.TenantReader;
import io.tracetide.alert.topology.AlertBook;
import io.tracetide.runtime.access.Tenants;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The state of the tenants of this instance at the time of a request. */
final class TenantReads {
  private final AlertBook book;
  private final Supplier<Routing> routing;
  private final Clock clock;

  TenantReads(AlertBook book, Supplier<Routing> routing, Clock clock) {
    this.book = book;
    this.routing = routing;
    this.clock = clock;
  }

  Routing routing() {
    return routing.get();
  }

  Instant now() {
    return clock.instant();
  }

  /** The permitted tenants that have alerts or silences here. */
  List<TenantReader> tenants(Tenants permitted) {
    List<TenantReader> found = new ArrayList<>();
    for (AlertTables partition : book.tables()) {
      for (String tenant : partition.tenants()) {
        if (permitted.includes(tenant)) {
          found.add(new TenantReader(tenant, partition));
        }
      }
    }
    found.sort(Comparator.comparing(TenantReader::tenant));
    return found;
  }

  /** The same, or the one that the parameter {@code tenant} names. */
  List<TenantReader> tenants(Tenants permitted, AlertParameters given) {
    Optional<String> wanted = given.text(AlertParameters.TENANT);
    return tenants(permitted).stream()
        .filter(tenant -> wanted.isEmpty() || wanted.get().equals(tenant.tenant()))
        .toList();
  }

  /**
   * An alert and its tenant.
   *
   * @param tenant its tenant
   * @param alert the alert
   */
  record Found(TenantReader tenant, TrackedAlert alert) {}

  /** The alert with a fingerprint; of several tenants, the first one by name. */
  Optional<Found> alert(Tenants permitted, AlertParameters given, String fingerprint) {
    for (TenantReader tenant : tenants(permitted, given)) {
      TrackedAlert alert = tenant.alert(fingerprint);
      if (alert != null) {
        return Optional.of(new Found(tenant, alert));
      }
    }
    return Optional.empty();
  }
}
