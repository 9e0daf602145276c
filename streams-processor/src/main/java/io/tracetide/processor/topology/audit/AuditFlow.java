package io.tracetide.processor.topology.audit;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;

/** Records violations of contracts and controls, and chains the audit entries of all roles. */
public final class AuditFlow {

  private final SchemaRegistry registry;

  public AuditFlow(SchemaRegistry registry) {
    this.registry = registry;
  }

  /** Writes audit entries of anomalies that are violations. */
  public void recordViolations(KStream<String, Anomaly> anomalies) {
    anomalies
        .process(RecordViolations::new, Named.as("record-violations"))
        .to(
            Topics.AUDIT_ENTRIES,
            Produced.with(
                    Serdes.String(), AvroSerde.of(registry, Topics.AUDIT_ENTRIES, AuditEntry.class))
                .withName("violations"));
  }

  /**
   * Chains the entries of all roles, this one included. Records get the time of the wall clock,
   * because nothing here depends on their time and no timestamp may stop the chain.
   */
  public void chain(StreamsBuilder builder) {
    builder.addStateStore(ChainAudit.store());
    builder.stream(
            Topics.AUDIT_ENTRIES,
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                .withName("audit-entries")
                .withTimestampExtractor(new WallclockTimestampExtractor()))
        .process(() -> new ChainAudit(registry), Named.as("chain-audit"), ChainAudit.STORE)
        .to(
            Topics.AUDIT,
            Produced.with(Serdes.String(), new LinkSerde(registry))
                .withStreamPartitioner(new ChainPartition())
                .withName("audit"));
  }
}
