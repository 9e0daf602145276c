package io.tracetide.standalone.top;

import io.tracetide.query.answer.FleetDashboard;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the services are sorted by, the greatest first; equal ones by name. */
public enum TopSort {
  P95(service -> value(service.p95Ms())),
  ERRORS(service -> value(service.errorRatePercent())),
  RATE(service -> value(service.throughputPerSec())),
  INFLIGHT(service -> value(service.inFlight())),
  ANOMALIES(FleetDashboard.Service::openAnomalies),
  NAME(service -> 0);

  @SuppressWarnings("ImmutableEnumChecker") // A method reference without state.
  private final ToDoubleFunction<FleetDashboard.Service> measure;

  TopSort(ToDoubleFunction<FleetDashboard.Service> measure) {
    this.measure = measure;
  }

  private static double value(@Nullable Number number) {
    return number == null ? -1 : number.doubleValue();
  }

  Comparator<FleetDashboard.Service> order() {
    return Comparator.comparingDouble(measure)
        .reversed()
        .thenComparing(FleetDashboard.Service::service)
        .thenComparing(FleetDashboard.Service::tenant);
  }
}
