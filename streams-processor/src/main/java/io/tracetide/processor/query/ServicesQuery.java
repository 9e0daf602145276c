package io.tracetide.processor.query;

import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What {@code /monitoring/services} and {@code /monitoring/dashboard} are asked. */
public record ServicesQuery(TimeRange range, Scope scope) {
  static final List<String> PARAMETERS = List.of("timeRange", "from", "to", "services", "tenant");
  static final Duration DEFAULT_RANGE = Duration.ofMinutes(15);

  /** Fewer windows than this and the edges of the range weigh too much. */
  private static final long ENOUGH_WINDOWS = 60;

  static ServicesQuery parse(Parameters parameters, Instant now) {
    return new ServicesQuery(
        parameters.range(now).orElseGet(() -> TimeRange.last(DEFAULT_RANGE, now)),
        Scope.of(parameters.tenants(), parameters.selection("services")));
  }

  /**
   * The coarsest tier, which is the least to read, that still cuts the range finely and reaches
   * back to its start.
   */
  Granularity tier(Instant now, List<WindowTier> tiers) {
    Granularity finest = Granularity.forRange(range, now, tiers);
    WindowTier chosen = finest.tier();
    for (WindowTier tier : tiers) {
      boolean coarser = tier.size().compareTo(chosen.size()) > 0;
      if (coarser && range.length().dividedBy(tier.size()) >= ENOUGH_WINDOWS) {
        chosen = tier;
      }
    }
    return new Granularity(chosen.size(), chosen);
  }
}
