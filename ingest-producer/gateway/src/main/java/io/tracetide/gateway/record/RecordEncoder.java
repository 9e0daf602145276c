package io.tracetide.gateway.record;

import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;

/** Encodes the values of Kafka records. */
public interface RecordEncoder {

  byte[] encode(TraceEvent event);

  byte[] encode(MetricSample sample);
}
