package io.tracetide.processor.query.peer.message;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.util.function.Function;

/**
 * Encoding of an anomaly in messages: the registry's wire format, as in the topic, so that
 * instances whose schemas differ by a compatible change can read each other's anomalies.
 */
public record AnomalyFormat(Function<Anomaly, byte[]> encoder, Function<byte[], Anomaly> decoder) {

  public static AnomalyFormat of(SchemaRegistry registry) {
    AvroEncoder<Anomaly> encoder =
        new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.ANOMALIES), Anomaly.class);
    AvroDecoder<Anomaly> decoder = new AvroDecoder<>(registry, Anomaly.class);
    return new AnomalyFormat(encoder::encode, decoder::decode);
  }
}
