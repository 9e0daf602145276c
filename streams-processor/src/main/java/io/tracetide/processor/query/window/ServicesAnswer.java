package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.RangeAnswer;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Answer of {@code /monitoring/services}: the services with spans or samples in the range. */
public record ServicesAnswer(
    Instant from, Instant to, boolean partial, List<String> missing, List<Service> services)
    implements RangeAnswer {
  public ServicesAnswer {
    missing = List.copyOf(missing);
    services = List.copyOf(services);
  }

  /**
   * One service.
   *
   * @param metrics names of the metrics it reported
   * @param attributes attributes that distinguish its parts, by metric; metrics without any are
   *     absent
   * @param lastSeen end of the last window in the range with spans or samples
   */
  public record Service(
      String tenant,
      String service,
      List<String> operations,
      List<String> metrics,
      Map<String, Set<String>> attributes,
      Instant lastSeen) {
    public Service {
      operations = List.copyOf(operations);
      metrics = List.copyOf(metrics);
      attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }
  }
}
