package io.tracetide.gateway;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import java.time.Instant;

/**
 * An event that is encoded once at start and never sent, to learn the schema's id before the first
 * request.
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
}
