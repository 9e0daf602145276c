package io.tracetide.processor.cardinality;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * Limits on the number of names, so that generated names cannot fill the stores.
 *
 * @param templating whether operations are counted under the templates of their names: {@code GET
 *     /orders/4711} as {@code GET /orders/{id}}
 * @param servicesPerTenant services of one tenant that are counted separately, over all partitions;
 *     one of them is {@code __other__}, which has the spans of all services beyond the limit
 * @param operationsPerService operations of one service that are counted separately; one of them is
 *     {@code __other__}
 * @param metricsPerService metrics of one service; those beyond the limit are dropped
 * @param partsPerMetric parts of one metric, as distinguished by metrics.dimensions, that are
 *     counted separately; one of them is {@code __other__}; the metric as a whole includes all
 *     parts
 * @param forgetAfter time without spans, in event time, after which a name no longer counts
 */
public record CardinalityConfig(
    boolean templating,
    int servicesPerTenant,
    int operationsPerService,
    int metricsPerService,
    int partsPerMetric,
    Duration forgetAfter) {

  public CardinalityConfig {
    Checks.check()
        .range("servicesPerTenant", servicesPerTenant, 2, 1_000_000)
        .range("operationsPerService", operationsPerService, 2, 100_000)
        .range("metricsPerService", metricsPerService, 1, 100_000)
        .range("partsPerMetric", partsPerMetric, 1, 100_000)
        .range("forgetAfter", forgetAfter, Duration.ofHours(1), Duration.ofDays(365))
        .done();
  }

  public static CardinalityConfig defaults() {
    return new CardinalityConfig(true, 1_000, 200, 100, 100, Duration.ofHours(24));
  }

  /** The limits that apply in each of this number of partitions. */
  public SeriesLimits.Limits limits(int partitions) {
    return SeriesLimits.Limits.ofPartition(
        partitions,
        servicesPerTenant,
        operationsPerService,
        metricsPerService,
        partsPerMetric,
        forgetAfter);
  }
}
