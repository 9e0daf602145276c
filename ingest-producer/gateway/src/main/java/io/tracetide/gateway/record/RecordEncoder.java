package io.tracetide.gateway.record;

import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;

/** Turns records into the bytes that Kafka will hold. */
public interface RecordEncoder {

  byte[] encode(TraceEvent event);

  byte[] encode(MetricSample sample);
}
