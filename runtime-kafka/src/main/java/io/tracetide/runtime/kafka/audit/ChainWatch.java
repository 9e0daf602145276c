package io.tracetide.runtime.kafka.audit;

import io.tracetide.runtime.life.BackgroundThread;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.ChainLink;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies the chains of the audit trail in the background: each record once, from the oldest that
 * Kafka retains to the newest, and those that are added later. At most 10,000 records are read in a
 * second, which takes about a tenth of a core. After a failure it continues where it was; only the
 * head of each chain is kept in memory.
 */
public final class ChainWatch implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration RESTART = Duration.ofSeconds(5);
  private static final long RECORDS_PER_MILLISECOND = 10;
  private static final Logger log = LoggerFactory.getLogger(ChainWatch.class);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final AvroDecoder<AuditRecord> decoder;
  private final Clock clock;
  private final Chains chains = new Chains(List.of());
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final BackgroundThread thread = new BackgroundThread("audit-verification", this::run);
  private volatile ChainReport report = ChainReport.NOTHING;

  private ChainWatch(
      Supplier<Consumer<byte[], byte[]>> consumers, SchemaRegistry registry, Clock clock) {
    this.consumers = consumers;
    this.decoder = new AvroDecoder<>(registry, AuditRecord.class);
    this.clock = clock;
  }

  /**
   * Starts the thread.
   *
   * @param consumers opens a consumer without a group, see {@link TrailConsumers}
   */
  public static ChainWatch start(
      Supplier<Consumer<byte[], byte[]>> consumers, SchemaRegistry registry, Clock clock) {
    ChainWatch watch = new ChainWatch(consumers, registry, clock);
    watch.thread.start();
    return watch;
  }

  /** The result so far; costs nothing. */
  public ChainReport report() {
    return report;
  }

  private void run() {
    while (!thread.isClosing()) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        follow(consumer);
      } catch (RuntimeException e) {
        String why = String.valueOf(e.getMessage());
        if (!thread.isClosing() && report.trouble().isEmpty()) {
          log.warn("audit trail not verified, trying again cause=\"{}\"", why);
        }
        report = report.troubled(why);
        thread.pause(RESTART);
      }
    }
  }

  private void follow(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions = TrailConsumers.partitions(consumer);
    consumer.assign(partitions);
    Map<TopicPartition, Long> oldest = consumer.beginningOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long from = oldest.getOrDefault(partition, 0L);
      @Nullable Long known = positions.get(partition);
      if (known == null || known < from) {
        // Records in between have expired unread, which is not a gap in the chain.
        chains.restart(partition.partition());
        positions.put(partition, from);
      }
      consumer.seek(partition, Math.max(from, known == null ? 0 : known));
    }
    while (!thread.isClosing()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      records.forEach(this::verify);
      partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
      publish(consumer, partitions);
      thread.pause(Duration.ofMillis(records.count() / RECORDS_PER_MILLISECOND));
    }
  }

  private void verify(ConsumerRecord<byte[], byte[]> record) {
    int partition = record.partition();
    byte @Nullable [] value = record.value();
    try {
      chains.of(partition).next(ChainLink.of(decoder.decode(value == null ? new byte[0] : value)));
    } catch (MalformedRecordException | UnknownSchemaException e) {
      chains.of(partition).unreadable("offset %d: %s".formatted(record.offset(), e.getMessage()));
    }
    positions.put(new TopicPartition(record.topic(), partition), record.offset() + 1);
  }

  private void publish(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    long brokenBefore = report.broken();
    Map<Integer, Long> waiting = new HashMap<>();
    consumer
        .endOffsets(partitions)
        .forEach(
            (partition, end) ->
                waiting.put(
                    partition.partition(),
                    Math.max(0, end - positions.getOrDefault(partition, 0L))));
    List<ChainReport.Part> parts = new ArrayList<>();
    for (Verification.Partition chain : chains.end()) {
      parts.add(new ChainReport.Part(chain, waiting.getOrDefault(chain.partition(), 0L)));
    }
    boolean done = waiting.values().stream().allMatch(count -> count == 0);
    report =
        new ChainReport(
            parts, done ? Optional.of(clock.instant()) : report.checkedAt(), Optional.empty());
    if (report.broken() > brokenBefore) {
      log.error("audit trail is broken {}", brokenLinks(parts));
    }
  }

  private static List<String> brokenLinks(List<ChainReport.Part> parts) {
    return parts.stream()
        .flatMap(part -> part.chain().broken().stream())
        .map(
            link ->
                "partition=%d sequence=%d fault=%s"
                    .formatted(link.partition(), link.sequence(), link.fault()))
        .toList();
  }

  @Override
  public void close() {
    thread.close(POLL.multipliedBy(3));
  }
}
