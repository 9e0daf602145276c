package io.tracetide.gateway;

import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import java.time.Instant;

/**
 * Records that are encoded once at start and never sent, to learn the ids of their schemas before
 * the first request.
 */
final class Probe {

  private Probe() {}

  static TraceEvent event(Instant now) {
    return TraceEvent.newBuilder()
        .setType(TraceEventType.UPDATED)
        .setTraceId("probe")
        .setServiceName("gateway")
        .setOperationName("probe")
        .setTimestamp(now)
        .build();
  }

  static MetricSample sample(Instant now) {
    return MetricSample.newBuilder()
        .setServiceName("gateway")
        .setMetricName("probe")
        .setTimestamp(now)
        .build();
  }
}
