package io.tracetide.runtime.kafka.audit;

import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads the audit trail from its newest record backwards. Kafka has no index of it, so a page reads
 * blocks of each partition and merges them by time; the number of records, their bytes and the time
 * of a page are bounded, and a page that ends early says where the next one begins. One page is
 * read at a time.
 */
public final class TrailReader implements AutoCloseable {
  private static final int MOST_SCANNED = 50_000;
  private static final int PAGE_BYTES = 8 << 20;
  private static final Duration MOST_TIME = Duration.ofSeconds(3);

  /** Instances chain with their own clocks, so records near the end may have an earlier time. */
  private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);

  private static final Comparator<TrailPage.Entry> NEWEST =
      Comparator.comparing(TrailPage.Entry::chainedAt)
          .thenComparing(TrailPage.Entry::partition)
          .thenComparing(TrailPage.Entry::offset);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final AvroDecoder<AuditRecord> decoder;
  private @Nullable Consumer<byte[], byte[]> open;

  /**
   * A reader that connects with the first page.
   *
   * @param consumers opens a consumer without a group, see {@link TrailConsumers}
   */
  public TrailReader(Supplier<Consumer<byte[], byte[]>> consumers, SchemaRegistry registry) {
    this.consumers = consumers;
    this.decoder = new AvroDecoder<>(registry, AuditRecord.class);
  }

  /**
   * Reads a page.
   *
   * @throws KafkaException when Kafka or the schema registry do not answer
   */
  public synchronized TrailPage page(TrailRequest request) {
    try {
      return read(consumer(), request);
    } catch (KafkaException e) {
      close(); // The next page connects again.
      throw e;
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    Consumer<byte[], byte[]> consumer = open;
    if (consumer == null) {
      consumer = consumers.get();
      open = consumer;
    }
    return consumer;
  }

  private TrailPage read(Consumer<byte[], byte[]> consumer, TrailRequest request) {
    ScanBudget budget = new ScanBudget(MOST_SCANNED, MOST_TIME, request.cancelled());
    List<PartitionScan> scans = scans(consumer, request, budget);
    List<TrailPage.Entry> entries = new ArrayList<>();
    long bytes = 0;
    while (entries.size() < request.limit() && bytes < PAGE_BYTES) {
      if (!scans.stream().allMatch(PartitionScan::advance)) {
        break; // A record that was not read yet could be newer than those that were.
      }
      Optional<PartitionScan> newest =
          scans.stream()
              .filter(scan -> scan.peek().isPresent())
              .max(Comparator.comparing(scan -> scan.peek().orElseThrow(), NEWEST));
      if (newest.isEmpty()) {
        break;
      }
      bytes += newest.get().bytes();
      entries.add(newest.get().take());
    }
    boolean more = scans.stream().anyMatch(scan -> !scan.isAtEnd());
    return new TrailPage(
        entries,
        more
            ? scans.stream()
                .collect(Collectors.toMap(PartitionScan::partition, PartitionScan::position))
            : Map.of(),
        budget.scanned(),
        scans.stream().mapToLong(PartitionScan::unreadable).sum());
  }

  private List<PartitionScan> scans(
      Consumer<byte[], byte[]> consumer, TrailRequest request, ScanBudget budget) {
    List<TopicPartition> partitions = TrailConsumers.partitions(consumer);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> oldest = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> from = offsets(consumer, partitions, request.from().toEpochMilli());
    Map<TopicPartition, Long> to =
        offsets(consumer, partitions, request.to().plus(CLOCK_DIFFERENCE).toEpochMilli());
    int blockBytes = Math.max(1 << 18, 2 * PAGE_BYTES / partitions.size());
    List<PartitionScan> scans = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      long end = ends.getOrDefault(partition, 0L);
      long floor = Math.max(oldest.getOrDefault(partition, 0L), from.getOrDefault(partition, end));
      long before = request.before().getOrDefault(partition.partition(), end);
      long upper = Math.min(Math.min(end, before), to.getOrDefault(partition, end));
      scans.add(
          new PartitionScan(
              consumer, partition, decoder, request, budget, floor, upper, blockBytes));
    }
    return scans;
  }

  /** Offset of the first record at or after a time; partitions without one are left out. */
  private static Map<TopicPartition, Long> offsets(
      Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions, long timeMs) {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, timeMs));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    consumer
        .offsetsForTimes(times)
        .forEach(
            (TopicPartition partition, @Nullable OffsetAndTimestamp found) -> {
              if (found != null) {
                offsets.put(partition, found.offset());
              }
            });
    return offsets;
  }

  @Override
  public synchronized void close() {
    Consumer<byte[], byte[]> consumer = open;
    open = null;
    if (consumer != null) {
      consumer.close();
    }
  }
}
