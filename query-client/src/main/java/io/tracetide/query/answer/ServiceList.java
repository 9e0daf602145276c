package io.tracetide.query.answer;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Answer of {@code /monitoring/services}: the services with spans or samples in the range. */
public record ServiceList(
    Instant from, Instant to, boolean partial, List<String> missing, List<Service> services)
    implements QueryAnswer {

  public ServiceList {
    missing = Values.list(missing);
    services = Values.list(services);
  }

  /**
   * One service.
   *
   * @param metrics names of the metrics it reported
   * @param attributes attributes of each metric
   * @param lastSeen end of the last window in the range with spans or samples
   */
  public record Service(
      String tenant,
      String service,
      List<String> operations,
      List<String> metrics,
      Map<String, List<String>> attributes,
      Instant lastSeen) {
    public Service {
      operations = Values.list(operations);
      metrics = Values.list(metrics);
      attributes = Values.map(attributes);
    }
  }
}
