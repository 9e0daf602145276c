package io.tracetide.alert.metric;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.stream.Collectors;

/** A gauge with one series for each state, which has no series while the numbers are not known. */
final class StateGauges {
  private final MultiGauge series;
  private volatile Map<String, Long> numbers = Map.of();

  StateGauges(String name, MeterRegistry registry) {
    this.series = MultiGauge.builder(name).register(registry);
  }

  /** Sets the numbers by state; none when they are not known. */
  void set(Map<String, Long> newest) {
    numbers = Map.copyOf(newest);
    // Series that are there stay, so that no scrape misses them.
    series.register(
        numbers.keySet().stream()
            .map(state -> MultiGauge.Row.of(Tags.of("state", state), this, self -> self.of(state)))
            .collect(Collectors.toList()));
  }

  private double of(String state) {
    Long number = numbers.get(state);
    return number == null ? Double.NaN : number;
  }
}
