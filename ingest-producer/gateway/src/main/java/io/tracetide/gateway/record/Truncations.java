package io.tracetide.gateway.record;

import java.util.EnumMap;
import java.util.Map;

/** How often each {@link Truncation} was made within one request. */
public final class Truncations {

  private final Map<Truncation, Integer> counts = new EnumMap<>(Truncation.class);
  private final Map<Truncation, String> services = new EnumMap<>(Truncation.class);
  private String service = "";

  /** Who sent the records that follow. */
  void sender(String name) {
    service = name;
  }

  public void count(Truncation adjustment) {
    count(adjustment, 1);
  }

  public void count(Truncation adjustment, int times) {
    if (times > 0) {
      counts.merge(adjustment, times, Integer::sum);
      services.putIfAbsent(adjustment, service);
    }
  }

  /** The service whose record needed it first; empty when that is not known. */
  public String serviceOf(Truncation adjustment) {
    return services.getOrDefault(adjustment, "");
  }

  public int of(Truncation adjustment) {
    return counts.getOrDefault(adjustment, 0);
  }
}
