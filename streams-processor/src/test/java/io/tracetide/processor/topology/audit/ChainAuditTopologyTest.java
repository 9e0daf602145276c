package io.tracetide.processor.topology.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.ChainLink;
import io.tracetide.schemas.audit.ChainVerifier;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.size.Oversized;
import io.tracetide.schemas.size.RecordLimits;
import io.tracetide.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainAuditTopologyTest {

  @TempDir Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final Serde<AuditEntry> entries =
      AvroSerde.of(registry, Topics.AUDIT_ENTRIES, AuditEntry.class);
  private final Serde<AuditRecord> records =
      AvroSerde.of(registry, Topics.AUDIT, AuditRecord.class);
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> in;
  private TestOutputTopic<String, AuditRecord> out;
  private boolean restart;

  /** A processor that is recreated with the stored state for the first record after a restart. */
  private final class Restarting implements Processor<byte[], byte[], String, ChainAudit.Link> {

    private ChainAudit current = new ChainAudit(registry);
    private ProcessorContext<String, ChainAudit.Link> context;

    @Override
    public void init(ProcessorContext<String, ChainAudit.Link> context) {
      this.context = context;
      current.init(context);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (restart) {
        current = new ChainAudit(registry);
        current.init(context);
        restart = false;
      }
      current.process(record);
    }
  }

  @BeforeEach
  void start() {
    Topology topology = new Topology();
    topology.addSource(
        "entries",
        Serdes.ByteArray().deserializer(),
        Serdes.ByteArray().deserializer(),
        Topics.AUDIT_ENTRIES);
    topology.addProcessor("chain-audit", Restarting::new, "entries");
    topology.addStateStore(ChainAudit.store(), "chain-audit");
    topology.addSink(
        "audit",
        Topics.AUDIT,
        Serdes.String().serializer(),
        new LinkSerde(registry).serializer(),
        new ChainPartition(),
        "chain-audit");
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "audit");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    driver = new TopologyTestDriver(topology, properties);
    in =
        driver.createInputTopic(
            Topics.AUDIT_ENTRIES, Serdes.ByteArray().serializer(), Serdes.ByteArray().serializer());
    out =
        driver.createOutputTopic(
            Topics.AUDIT, Serdes.String().deserializer(), records.deserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldGoOnWithTheChainAfterARestart() {
    List<AuditRecord> trail = new ArrayList<>();
    send("a");
    send("b");
    trail.addAll(out.readValuesToList());
    restart = true;
    send("c");
    trail.addAll(out.readValuesToList());

    assertThat(trail).extracting(AuditRecord::getSubject).containsExactly("a", "b", "c");
    assertThat(trail).extracting(AuditRecord::getSequence).containsExactly(0L, 1L, 2L);
    assertThat(verified(trail).end()).isEmpty();
  }

  @Test
  void shouldChainThatAnEntryCouldNotBeRead() {
    send("a");
    in.pipeInput(new byte[] {1}, new byte[] {0, 1, 2});
    in.pipeInput(new byte[] {1}, (byte[]) null);
    List<AuditRecord> trail = out.readValuesToList();

    assertThat(trail)
        .extracting(AuditRecord::getAction)
        .containsExactly("token.used", "entry.unreadable", "entry.unreadable");
    assertThat(trail.get(1).getDetails())
        .containsEntry("bytes", "3")
        .containsEntry(
            "sha256", "ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc");
    assertThat(verified(trail).end()).isEmpty();
  }

  @Test
  void shouldChainTheSizeOfAnEntryThatIsTooLargeAndLeaveHeadersBehind() {
    byte[] large = new byte[RecordLimits.VALUE_BYTES + 1];
    in.pipeInput(new byte[] {1}, large);
    send("x".repeat(2_000), "a");
    RecordHeaders headers = new RecordHeaders();
    headers.add("authorization", new byte[1 << 20]);
    in.pipeInput(new TestRecord<>(null, encoded("acme", "b"), headers));

    List<TestRecord<String, AuditRecord>> trail = out.readRecordsToList();
    assertThat(trail)
        .extracting(record -> record.value().getAction())
        .containsExactly("entry.unreadable", "entry.unreadable", "token.used");
    assertThat(trail.get(0).value().getDetails())
        .containsEntry("bytes", "1000001")
        .containsEntry("sha256", Oversized.Size.of(ByteBuffer.wrap(large)).sha256());
    assertThat(trail)
        .allSatisfy(record -> assertThat(record.headers().toArray()).isEmpty())
        .extracting(TestRecord::key)
        .containsExactly("default", "default", "acme");
  }

  private void send(String subject) {
    send("acme", subject);
  }

  private void send(String tenant, String subject) {
    in.pipeInput(null, encoded(tenant, subject));
  }

  private byte[] encoded(String tenant, String subject) {
    AuditEntry entry =
        new AuditEntry(
            tenant,
            Instant.parse("2026-03-01T12:00:00.123456Z"),
            "gateway",
            "token.used",
            subject,
            Map.of("count", "3"));
    return entries.serializer().serialize(Topics.AUDIT_ENTRIES, entry);
  }

  private static ChainVerifier verified(List<AuditRecord> trail) {
    ChainVerifier verifier = new ChainVerifier(0, List.of());
    trail.forEach(record -> verifier.next(ChainLink.of(record)));
    return verifier;
  }
}
