package io.tracetide.processor.topology.intake;

import io.tracetide.processor.event.RecordView;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Writes a record as the bytes it arrived in. */
public final class RawRecordSerde<V extends RecordView> implements Serde<Validated<V>> {

  @Override
  public Serializer<Validated<V>> serializer() {
    return (topic, record) -> ((Validated.AsArrived<V>) record).bytes();
  }

  @Override
  public Deserializer<Validated<V>> deserializer() {
    throw new UnsupportedOperationException("dead letters are written, not read");
  }
}
