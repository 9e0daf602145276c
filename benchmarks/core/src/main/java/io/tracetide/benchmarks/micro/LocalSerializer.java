package io.tracetide.benchmarks.micro;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import org.apache.kafka.common.serialization.Serializer;

/** Tracetide's encoder of trace events, with a registry in this process. */
public final class LocalSerializer implements Serializer<TraceEvent> {

  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(
          new InMemorySchemaRegistry(),
          SubjectCatalog.valueSubject(Topics.TRACES),
          TraceEvent.class);

  @Override
  public byte[] serialize(String topic, TraceEvent event) {
    return encoder.encode(event);
  }
}
