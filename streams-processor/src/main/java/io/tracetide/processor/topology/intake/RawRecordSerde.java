package io.tracetide.processor.topology.intake;

import io.tracetide.processor.event.RecordView;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Serializes a record as its original bytes. */
public final class RawRecordSerde<V extends RecordView> implements Serde<Validated<V>> {

  @Override
  public Serializer<Validated<V>> serializer() {
    return (topic, record) -> ((Validated.RawRecord<V>) record).bytes();
  }

  @Override
  public Deserializer<Validated<V>> deserializer() {
    throw new UnsupportedOperationException("dead letters are written, not read");
  }
}
