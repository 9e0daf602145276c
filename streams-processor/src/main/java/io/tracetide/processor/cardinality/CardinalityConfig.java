package io.tracetide.processor.cardinality;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * Limits on the number of names, so that no service can fill the stores with generated names.
 *
 * @param templating whether operations are counted under the templates of their names: {@code GET
 *     /orders/4711} as {@code GET /orders/{id}}
 * @param servicesPerTenant services of one tenant that are counted at once, over all partitions;
 *     the last one is {@code __other__}, which has the spans of all beyond
 * @param operationsPerService operations of one service that are counted at once; the last one is
 *     {@code __other__}
 * @param metricsPerService metrics of one service that are kept at once; those beyond are dropped
 * @param partsPerMetric parts of one metric, as distinguished by metrics.dimensions, that are
 *     counted at once; the last one is {@code __other__}, and the metric as a whole has them all
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

  /** The limits of one of this number of partitions. */
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
