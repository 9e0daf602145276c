package io.tracetide.gateway.intake;

import java.util.EnumMap;
import java.util.Map;

/** How often each {@link Adjustment} was made within one request. */
public final class Adjustments {

  private final Map<Adjustment, Integer> counts = new EnumMap<>(Adjustment.class);

  public void count(Adjustment adjustment) {
    count(adjustment, 1);
  }

  public void count(Adjustment adjustment, int times) {
    if (times > 0) {
      counts.merge(adjustment, times, Integer::sum);
    }
  }

  public int of(Adjustment adjustment) {
    return counts.getOrDefault(adjustment, 0);
  }
}
