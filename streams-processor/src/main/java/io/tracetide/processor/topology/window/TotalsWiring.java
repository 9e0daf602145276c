package io.tracetide.processor.topology.window;

import io.tracetide.processor.total.LocalTotals;
import io.tracetide.processor.total.SeriesTotals;
import java.time.Duration;

/**
 * The settings of running totals, and where they are shown.
 *
 * @param maxSeries maximum of series in all partitions together; 0 for no totals
 * @param forgetAfter event time without spans after which a series is removed
 * @param local shows the totals of the partitions that this process aggregates
 */
public record TotalsWiring(int maxSeries, Duration forgetAfter, LocalTotals local) {

  /** The share of each of this number of partitions, rounded up. */
  SeriesTotals.Limits limits(int partitions) {
    return new SeriesTotals.Limits(
        (maxSeries + partitions - 1) / partitions, forgetAfter.toMillis());
  }
}
