package io.tracetide.processor.topology.window;

import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.processor.window.WindowTier;
import java.util.function.IntSupplier;

/**
 * The settings of windows, and the parts of the process that they use.
 *
 * @param exactlyOnce whether a commit is one transaction
 * @param partitions registers the open windows of each partition that this process aggregates
 * @param partitionCount number of partitions of the partial counts, read when a task starts
 * @param totals running totals of series
 */
public record WindowWiring(
    WindowConfig config,
    CardinalityConfig cardinality,
    boolean exactlyOnce,
    OpenPartitions partitions,
    IntSupplier partitionCount,
    TotalsWiring totals) {

  /** The finest tier, into which spans and samples are counted. */
  public WindowTier baseTier() {
    return config.tiers().get(0);
  }
}
