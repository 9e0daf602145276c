package io.tracetide.processor.exposition;

import io.tracetide.processor.exposition.remote.RemoteWriteConfig;
import io.tracetide.runtime.config.Checks;

/**
 * Metrics of services for Prometheus.
 *
 * @param maxSeries maximum of operations that are exposed, all partitions together; the spans of
 *     further ones are in the series {@code __other__} of their tenant; 0 exposes none
 * @param remoteWrite where the metrics are sent to; nowhere by default
 */
public record ExpositionConfig(int maxSeries, RemoteWriteConfig remoteWrite) {
  public ExpositionConfig {
    Checks.check().range("maxSeries", maxSeries, 0, 1_000_000).done();
  }

  public static ExpositionConfig defaults() {
    return new ExpositionConfig(5_000, RemoteWriteConfig.defaults());
  }
}
