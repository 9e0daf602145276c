package io.tracetide.processor.query;

import java.time.Instant;
import java.util.List;

/** Answer of {@code /monitoring/services}: what had work or samples in the range. */
public record ServicesAnswer(
    Instant from, Instant to, boolean partial, List<String> missing, List<Service> services) {
  public ServicesAnswer {
    missing = List.copyOf(missing);
    services = List.copyOf(services);
  }

  /**
   * One service.
   *
   * @param metrics names of the metrics it reported
   * @param lastSeen end of the last window in the range with work or samples
   */
  public record Service(
      String tenant,
      String service,
      List<String> operations,
      List<String> metrics,
      Instant lastSeen) {
    public Service {
      operations = List.copyOf(operations);
      metrics = List.copyOf(metrics);
    }
  }
}
