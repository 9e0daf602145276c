package io.tracetide.runtime.kafka.audit;

import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One partition of the trail, read block by block from its end to its beginning. */
final class PartitionScan {
  private static final long BLOCK = 500;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final AvroDecoder<AuditRecord> decoder;
  private final TrailRequest request;
  private final ScanBudget budget;
  private final long floor;
  private final int blockBytes;

  /** Matching records of the block, newest last. */
  private final Deque<Found> found = new ArrayDeque<>();

  private long upper;
  private long unreadable;

  /** A matching record with its size. */
  private record Found(TrailPage.Entry entry, int bytes) {}

  /**
   * A scan.
   *
   * @param floor first offset to read
   * @param upper first offset not to read
   * @param blockBytes most bytes of the matching records that are held
   */
  PartitionScan(
      Consumer<byte[], byte[]> consumer,
      TopicPartition partition,
      AvroDecoder<AuditRecord> decoder,
      TrailRequest request,
      ScanBudget budget,
      long floor,
      long upper,
      int blockBytes) {
    this.consumer = consumer;
    this.partition = partition;
    this.decoder = decoder;
    this.request = request;
    this.budget = budget;
    this.floor = floor;
    this.upper = upper;
    this.blockBytes = blockBytes;
  }

  /** Reads until a record matches; false when the budget ends before. */
  boolean advance() {
    while (found.isEmpty() && upper > floor) {
      if (!budget.isLeft()) {
        return false;
      }
      readBlock(Math.max(floor, upper - BLOCK));
    }
    return true;
  }

  private void readBlock(long from) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long lowest = from;
    int bytes = 0;
    for (long at = from; at < upper; at = consumer.position(partition)) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < upper) {
          bytes += take(record);
        }
      }
      while (bytes > blockBytes && found.size() > 1) {
        // The oldest are read again with the next block.
        Found oldest = found.removeFirst();
        bytes -= oldest.bytes();
        lowest = oldest.entry().offset() + 1;
      }
      if (System.nanoTime() > deadline) {
        throw new KafkaException("no records of " + partition + " within " + PATIENCE);
      }
    }
    budget.add(upper - from);
    upper = lowest;
  }

  /** Keeps the record if it matches; its bytes. */
  private int take(ConsumerRecord<byte[], byte[]> record) {
    Instant chainedAt = Instant.ofEpochMilli(record.timestamp());
    if (chainedAt.isBefore(request.from()) || !chainedAt.isBefore(request.to())) {
      return 0;
    }
    byte @Nullable [] value = record.value();
    try {
      AuditRecord audit = decoder.decode(value == null ? new byte[0] : value);
      if (!request.filter().test(audit)) {
        return 0;
      }
      int bytes = Math.max(1, record.serializedValueSize());
      found.addLast(
          new Found(
              new TrailPage.Entry(record.partition(), record.offset(), chainedAt, audit), bytes));
      return bytes;
    } catch (MalformedRecordException | UnknownSchemaException e) {
      unreadable++;
      return 0;
    }
  }

  /** The newest record that was not taken. */
  Optional<TrailPage.Entry> peek() {
    return Optional.ofNullable(found.peekLast()).map(Found::entry);
  }

  /** Bytes of {@link #peek()}. */
  int bytes() {
    return found.getLast().bytes();
  }

  TrailPage.Entry take() {
    return found.removeLast().entry();
  }

  int partition() {
    return partition.partition();
  }

  /** First offset that the next page does not read. */
  long position() {
    return found.isEmpty() ? upper : found.getLast().entry().offset() + 1;
  }

  boolean isAtEnd() {
    return found.isEmpty() && upper <= floor;
  }

  long unreadable() {
    return unreadable;
  }
}
