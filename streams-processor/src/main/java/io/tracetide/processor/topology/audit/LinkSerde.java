package io.tracetide.processor.topology.audit;

import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Serializes the record of a link. */
public final class LinkSerde implements Serde<ChainAudit.Link> {

  private final AvroEncoder<AuditRecord> encoder;

  public LinkSerde(SchemaRegistry registry) {
    this.encoder =
        new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.AUDIT), AuditRecord.class);
  }

  @Override
  public Serializer<ChainAudit.Link> serializer() {
    return (topic, link) -> encoder.encode(link.record());
  }

  @Override
  public Deserializer<ChainAudit.Link> deserializer() {
    throw new UnsupportedOperationException("the trail is written, not read");
  }
}
