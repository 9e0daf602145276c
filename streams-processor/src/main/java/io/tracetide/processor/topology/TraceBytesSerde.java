package io.tracetide.processor.topology;

import io.tracetide.processor.event.TraceView;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Writes a trace event as the bytes it arrived in. */
enum TraceBytesSerde implements Serde<TraceView> {
  INSTANCE;

  @Override
  public Serializer<TraceView> serializer() {
    return (topic, event) -> event.bytes();
  }

  @Override
  public Deserializer<TraceView> deserializer() {
    throw new UnsupportedOperationException("dead letters are written, not read");
  }
}
