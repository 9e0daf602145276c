package io.tracetide.runtime.kafka.audit;

import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.AuditChain;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroBytes;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** A trail in memory, with consumers of it. */
final class MemoryTrail {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  final SchemaRegistry registry = new InMemorySchemaRegistry();
  final AtomicLong read = new AtomicLong();
  volatile boolean down;

  private final AvroEncoder<AuditRecord> encoder =
      new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.AUDIT), AuditRecord.class);
  private final List<List<Stored>> partitions = new ArrayList<>();

  private record Stored(Instant at, byte[] value) {}

  MemoryTrail(int count) {
    for (int i = 0; i < count; i++) {
      partitions.add(new ArrayList<>());
    }
  }

  /** Chains an entry. */
  void add(int partition, Instant at, String tenant, String subject) {
    List<Stored> chain = partitions.get(partition);
    byte[] previous = AuditChain.origin();
    if (!chain.isEmpty()) {
      previous = AvroBytes.copy(decoded(chain.get(chain.size() - 1)).getHash());
    }
    AuditEntry entry =
        new AuditEntry(tenant, at, "processor", "violation.opened", subject, Map.of("k", subject));
    put(partition, at, AuditChain.link(entry, chain.size(), previous));
  }

  void put(int partition, Instant at, AuditRecord record) {
    synchronized (partitions) {
      partitions.get(partition).add(new Stored(at, encoder.encode(record)));
    }
  }

  void putBytes(int partition, Instant at, byte[] value) {
    synchronized (partitions) {
      partitions.get(partition).add(new Stored(at, value));
    }
  }

  AuditRecord record(int partition, int offset) {
    return decoded(partitions.get(partition).get(offset));
  }

  /** Replaces a record in place, which needs access to the disks of a broker. */
  void replace(int partition, int offset, AuditRecord record) {
    synchronized (partitions) {
      partitions
          .get(partition)
          .set(
              offset, new Stored(partitions.get(partition).get(offset).at, encoder.encode(record)));
    }
  }

  private AuditRecord decoded(Stored stored) {
    return new AvroDecoder<>(registry, AuditRecord.class).decode(stored.value);
  }

  Consumer<byte[], byte[]> consumer() {
    if (down) {
      throw new KafkaException("Kafka is down");
    }
    Reading consumer = new Reading();
    Node node = new Node(0, "localhost", 9092);
    List<PartitionInfo> infos = new ArrayList<>();
    for (int i = 0; i < partitions.size(); i++) {
      infos.add(new PartitionInfo(Topics.AUDIT, i, node, new Node[] {node}, new Node[] {node}));
    }
    consumer.updatePartitions(Topics.AUDIT, infos);
    return consumer;
  }

  /** Reads 100 records of each partition at a time. */
  private final class Reading extends MockConsumer<byte[], byte[]> {
    Reading() {
      super("earliest");
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      if (down) {
        throw new KafkaException("Kafka is down");
      }
      Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = new HashMap<>();
      Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
      for (TopicPartition partition : assignment()) {
        List<ConsumerRecord<byte[], byte[]>> records = take(partition);
        if (!records.isEmpty()) {
          long after = records.get(records.size() - 1).offset() + 1;
          found.put(partition, records);
          next.put(partition, new OffsetAndMetadata(after));
          seek(partition, after);
          read.addAndGet(records.size());
        }
      }
      return new ConsumerRecords<>(found, next);
    }

    private List<ConsumerRecord<byte[], byte[]>> take(TopicPartition partition) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      synchronized (partitions) {
        List<Stored> all = partitions.get(partition.partition());
        int from = (int) position(partition);
        for (int at = from; at < Math.min(all.size(), from + 100); at++) {
          Stored stored = all.get(at);
          records.add(
              new ConsumerRecord<>(
                  Topics.AUDIT,
                  partition.partition(),
                  at,
                  stored.at.toEpochMilli(),
                  TimestampType.CREATE_TIME,
                  0,
                  stored.value.length,
                  new byte[0],
                  stored.value,
                  new RecordHeaders(),
                  Optional.empty()));
        }
      }
      return records;
    }

    @Override
    public synchronized Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> of) {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      of.forEach(partition -> offsets.put(partition, 0L));
      return offsets;
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> of) {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      synchronized (partitions) {
        of.forEach(
            partition ->
                offsets.put(partition, (long) partitions.get(partition.partition()).size()));
      }
      return offsets;
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      Map<TopicPartition, OffsetAndTimestamp> offsets = new HashMap<>();
      times.forEach(
          (partition, time) -> {
            List<Stored> all = partitions.get(partition.partition());
            for (int at = 0; at < all.size(); at++) {
              if (all.get(at).at.toEpochMilli() >= time) {
                offsets.put(partition, new OffsetAndTimestamp(at, all.get(at).at.toEpochMilli()));
                return;
              }
            }
            offsets.put(partition, null);
          });
      return offsets;
    }
  }
}
