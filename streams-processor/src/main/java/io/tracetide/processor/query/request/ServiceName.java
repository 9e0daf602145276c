package io.tracetide.processor.query.request;

import io.tracetide.processor.window.SeriesId;
import java.util.Comparator;

/** A service of a tenant; two tenants may use the same name. */
public record ServiceName(String tenant, String service) implements Comparable<ServiceName> {
  private static final Comparator<ServiceName> ORDER =
      Comparator.comparing(ServiceName::tenant).thenComparing(ServiceName::service);

  public static ServiceName of(SeriesId series) {
    return new ServiceName(series.tenant(), series.service());
  }

  @Override
  public int compareTo(ServiceName other) {
    return ORDER.compare(this, other);
  }
}
