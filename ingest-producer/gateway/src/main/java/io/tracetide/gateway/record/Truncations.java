package io.tracetide.gateway.record;

import java.util.EnumMap;
import java.util.Map;

/** Counts the {@link Truncation}s of one request. */
public final class Truncations {

  private final Map<Truncation, Integer> counts = new EnumMap<>(Truncation.class);
  private final Map<Truncation, String> services = new EnumMap<>(Truncation.class);
  private String service = "";

  /** Sets the service of the records that follow. */
  void sender(String name) {
    service = name;
  }

  public void count(Truncation truncation) {
    count(truncation, 1);
  }

  public void count(Truncation truncation, int times) {
    if (times > 0) {
      counts.merge(truncation, times, Integer::sum);
      services.putIfAbsent(truncation, service);
    }
  }

  /** The service of the first record with this truncation; empty when unknown. */
  public String serviceOf(Truncation truncation) {
    return services.getOrDefault(truncation, "");
  }

  public int of(Truncation truncation) {
    return counts.getOrDefault(truncation, 0);
  }
}
