package io.tracetide.alert.topology;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;

/** Anomalies in the wire format of their topic. */
final class AnomalyWire {
  private final AvroEncoder<Anomaly> encoder;
  private final AvroDecoder<Anomaly> decoder;

  AnomalyWire(SchemaRegistry registry) {
    this.encoder =
        new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.ANOMALIES), Anomaly.class);
    this.decoder = new AvroDecoder<>(registry, Anomaly.class);
  }

  byte[] encode(Anomaly anomaly) {
    return encoder.encode(anomaly);
  }

  Anomaly decode(byte[] bytes) {
    return decoder.decode(bytes);
  }
}
