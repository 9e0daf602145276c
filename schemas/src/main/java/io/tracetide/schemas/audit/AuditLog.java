package io.tracetide.schemas.audit;

import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.size.Oversized;
import io.tracetide.schemas.size.RecordLimits;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the audit entries of a role, on its own thread: recording never waits for Kafka, and an
 * outage delays entries, in order, instead of losing them. A crash loses the entries that wait; an
 * entry that must not be lost is written in the transaction of the change that it records.
 */
public final class AuditLog implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);
  private static final int WAITING = 1_000;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final BlockingQueue<AuditEntry> waiting = new ArrayBlockingQueue<>(WAITING);
  private final AvroEncoder<AuditEntry> encoder;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final Thread sender = new Thread(this::run, "audit-log");
  private volatile boolean closing;

  private AuditLog(SchemaRegistry registry, Supplier<Producer<byte[], byte[]>> producers) {
    this.encoder =
        new AvroEncoder<>(
            registry, SubjectCatalog.valueSubject(Topics.AUDIT_ENTRIES), AuditEntry.class);
    this.producers = producers;
    sender.setDaemon(true);
  }

  /**
   * Starts the thread.
   *
   * @param producers creates the producer, which {@link #close()} closes
   */
  public static AuditLog start(
      SchemaRegistry registry, Supplier<Producer<byte[], byte[]>> producers) {
    AuditLog started = new AuditLog(registry, producers);
    started.sender.start();
    return started;
  }

  /** Queues an entry. */
  public void record(AuditEntry entry) {
    if (!waiting.offer(entry)) {
      log.error("audit entry lost, too many wait for kafka action={}", entry.getAction());
    }
  }

  private void run() {
    try (Producer<byte[], byte[]> producer = producers.get()) {
      while (!closing || !waiting.isEmpty()) {
        AuditEntry entry = waiting.poll(100, TimeUnit.MILLISECONDS);
        if (entry != null) {
          send(producer, entry);
        }
      }
    } catch (InterruptedException e) {
      waiting.forEach(entry -> log.error("audit entry lost at close action={}", entry.getAction()));
    } catch (KafkaException e) {
      log.error("audit entries cannot be sent cause=\"{}\"", e.getMessage());
    }
  }

  private void send(Producer<byte[], byte[]> producer, AuditEntry entry)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        producer
            .send(
                new ProducerRecord<>(
                    Topics.AUDIT_ENTRIES,
                    entry.getTenantId().getBytes(StandardCharsets.UTF_8),
                    encode(entry)))
            .get();
        return;
      } catch (ExecutionException | RegistryUnavailableException e) {
        if (e.getCause() instanceof RecordTooLargeException) {
          // It would be too large at every attempt and would block all entries behind it.
          log.error("audit entry lost, it is too large action={}", entry.getAction(), e);
          return;
        }
        if (attempt == 1) {
          log.warn("audit entry waits action={} cause=\"{}\"", entry.getAction(), e.getMessage());
        }
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  /**
   * Encodes an entry. One that is too large to be chained is sent without its details, and marked
   * so.
   */
  private byte[] encode(AuditEntry entry) {
    byte[] bytes = encoder.encode(entry);
    if (bytes.length <= RecordLimits.VALUE_BYTES) {
      return bytes;
    }
    AuditEntry shorter = AuditEntry.newBuilder(entry).setDetails(without(bytes)).build();
    return encoder.encode(shorter);
  }

  private static Map<String, String> without(byte[] bytes) {
    Oversized.Size size = Oversized.Size.of(ByteBuffer.wrap(bytes));
    return Map.of(
        "detailsDropped",
        "too_large",
        "bytes",
        Integer.toString(size.bytes()),
        "sha256",
        size.sha256());
  }

  /** Sends the entries that wait, within the time limit of a stop. */
  @Override
  public void close() {
    closing = true;
    try {
      sender.join(CLOSE.toMillis());
      sender.interrupt();
      sender.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
