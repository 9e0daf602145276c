package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Query of {@code /monitoring/services} and {@code /monitoring/dashboard}. */
public record ServicesQuery(TimeRange range, Scope scope) {
  public static final List<String> PARAMETERS =
      List.of("timeRange", "from", "to", "services", "tenant");
  static final Duration DEFAULT_RANGE = Duration.ofMinutes(15);

  /** With fewer windows the edges of the range distort the values. */
  private static final long ENOUGH_WINDOWS = 60;

  public static ServicesQuery parse(Parameters parameters, Instant now) {
    return new ServicesQuery(
        parameters.range(now).orElseGet(() -> TimeRange.last(DEFAULT_RANGE, now)),
        Scope.of(parameters.tenants(), parameters.selection("services")));
  }

  /**
   * The coarsest tier, which is the least to read, that still cuts the range finely and reaches
   * back to its start.
   */
  public Granularity tier(Instant now, List<WindowTier> tiers) {
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
