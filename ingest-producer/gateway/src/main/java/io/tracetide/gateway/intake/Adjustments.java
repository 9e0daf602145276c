package io.tracetide.gateway.intake;

import java.util.EnumMap;
import java.util.Map;

/** How often each {@link Adjustment} was made within one request. */
public final class Adjustments {

  private final Map<Adjustment, Integer> counts = new EnumMap<>(Adjustment.class);
  private final Map<Adjustment, String> services = new EnumMap<>(Adjustment.class);
  private String service = "";

  /** Who sent the records that follow. */
  void sender(String name) {
    service = name;
  }

  public void count(Adjustment adjustment) {
    count(adjustment, 1);
  }

  public void count(Adjustment adjustment, int times) {
    if (times > 0) {
      counts.merge(adjustment, times, Integer::sum);
      services.putIfAbsent(adjustment, service);
    }
  }

  /** The service whose record needed it first; empty when that is not known. */
  public String serviceOf(Adjustment adjustment) {
    return services.getOrDefault(adjustment, "");
  }

  public int of(Adjustment adjustment) {
    return counts.getOrDefault(adjustment, 0);
  }
}
