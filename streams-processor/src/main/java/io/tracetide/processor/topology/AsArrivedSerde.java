package io.tracetide.processor.topology;

import io.tracetide.processor.event.RecordView;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Writes a record as the bytes it arrived in. */
final class AsArrivedSerde<V extends RecordView> implements Serde<V> {

  @Override
  public Serializer<V> serializer() {
    return (topic, record) -> record.bytes();
  }

  @Override
  public Deserializer<V> deserializer() {
    throw new UnsupportedOperationException("dead letters are written, not read");
  }
}
