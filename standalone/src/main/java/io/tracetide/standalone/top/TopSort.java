package io.tracetide.standalone.top;

import io.tracetide.query.answer.Dashboard;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the services are sorted by, the greatest first; equal ones by name. */
public enum TopSort {
  P95(service -> value(service.p95Ms())),
  ERRORS(service -> value(service.errorRatePercent())),
  RATE(service -> value(service.throughputPerSec())),
  INFLIGHT(service -> value(service.inFlight())),
  ANOMALIES(Dashboard.Service::openAnomalies),
  NAME(service -> 0);

  private final ToDoubleFunction<Dashboard.Service> measure;

  TopSort(ToDoubleFunction<Dashboard.Service> measure) {
    this.measure = measure;
  }

  private static double value(@Nullable Number number) {
    return number == null ? -1 : number.doubleValue();
  }

  Comparator<Dashboard.Service> order() {
    return Comparator.comparingDouble(measure)
        .reversed()
        .thenComparing(Dashboard.Service::service)
        .thenComparing(Dashboard.Service::tenant);
  }
}
