package io.tracetide.processor.topology.audit;

import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.AuditChain;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroBytes;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.size.Oversized;
import io.tracetide.schemas.size.RecordLimits;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chains the audit entries of one partition by hashes. Many processes write entries, but a chain
 * needs a single writer: the task that owns the partition. The end of the chain is in a state
 * store, so under exactly-once a link, its offset and the new end are one transaction, and no crash
 * forks or repeats the chain. Under at-least-once a crash may repeat links; verification reports
 * them.
 *
 * <p>An unreadable entry is replaced by an entry {@code entry.unreadable} with the hash of its
 * bytes, so that the loss is visible in the trail.
 */
public final class ChainAudit implements Processor<byte[], byte[], String, ChainAudit.Link> {

  /** The store of the end of each partition's chain. */
  public static final String STORE = "audit-chain";

  private static final Logger log = LoggerFactory.getLogger(ChainAudit.class);
  private static final Bytes HEAD = Bytes.wrap(new byte[] {1});
  private static final Bytes UNUSED = Bytes.wrap(new byte[] {0});
  private static final String DEFAULT_TENANT = "default";

  /** Longest name of a tenant, in characters. */
  private static final int MOST_TENANT = 1_024;

  private final AvroDecoder<AuditEntry> decoder;
  private ProcessorContext<String, Link> context;
  private KeyValueStore<Bytes, byte[]> store;
  private long sequence;
  private byte[] previousHash = AuditChain.origin();

  /**
   * A record of the audit trail.
   *
   * @param partition partition of the topic, the same as that of the entry
   */
  public record Link(int partition, AuditRecord record) {}

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public ChainAudit(SchemaRegistry registry) {
    this.decoder = new AvroDecoder<>(registry, AuditEntry.class);
  }

  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> store() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  @Override
  public void init(ProcessorContext<String, Link> context) {
    this.context = context;
    this.store = context.getStateStore(STORE);
    ChangelogStart.ensure(store, UNUSED);
    byte[] head = store.get(HEAD);
    if (head != null) {
      sequence = ByteBuffer.wrap(head).getLong() + 1;
      previousHash = Arrays.copyOfRange(head, Long.BYTES, head.length);
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    AuditRecord linked = AuditChain.link(entry(record), sequence, previousHash);
    byte[] hash = AvroBytes.copy(linked.getHash());
    store.put(
        HEAD, ByteBuffer.allocate(Long.BYTES + hash.length).putLong(sequence).put(hash).array());
    sequence++;
    previousHash = hash;
    context.forward(
        new Record<>(
            linked.getTenantId(),
            new Link(context.taskId().partition(), linked),
            record.timestamp()));
  }

  private AuditEntry entry(Record<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      return unreadable(record, Oversized.Size.of(ByteBuffer.allocate(0)));
    }
    Oversized cut = Oversized.in(record.headers());
    if (cut != null && cut.fullValue() != null) {
      log.warn("audit entry is too large offset={} {}", offset(), cut.describe());
      return unreadable(record, cut.fullValue());
    }
    if (value.length > RecordLimits.VALUE_BYTES) {
      log.warn("audit entry is too large offset={} bytes={}", offset(), value.length);
      return unreadable(record, sizeOf(value));
    }
    try {
      AuditEntry entry = decoder.decode(value);
      // The tenant becomes the key, so its length is limited.
      return entry.getTenantId().length() > MOST_TENANT ? unreadable(record, sizeOf(value)) : entry;
    } catch (MalformedRecordException | UnknownSchemaException e) {
      log.warn("audit entry cannot be read offset={}", offset(), e);
      return unreadable(record, sizeOf(value));
    }
  }

  private static Oversized.Size sizeOf(byte[] value) {
    return Oversized.Size.of(ByteBuffer.wrap(value));
  }

  private AuditEntry unreadable(Record<byte[], byte[]> record, Oversized.Size size) {
    return new AuditEntry(
        DEFAULT_TENANT,
        Instant.ofEpochMilli(Math.max(0, record.timestamp())),
        "processor",
        "entry.unreadable",
        Long.toString(offset()),
        Map.of("bytes", Integer.toString(size.bytes()), "sha256", size.sha256()));
  }

  private long offset() {
    return context.recordMetadata().map(RecordMetadata::offset).orElse(-1L);
  }
}
