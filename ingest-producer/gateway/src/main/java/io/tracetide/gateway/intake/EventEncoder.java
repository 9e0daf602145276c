package io.tracetide.gateway.intake;

import io.tracetide.schemas.TraceEvent;

/** Turns an event into the bytes of a Kafka record's value. */
@FunctionalInterface
public interface EventEncoder {

  byte[] encode(TraceEvent event);
}
