package io.tracetide.gateway.publish;

import io.tracetide.client.send.SendOutcome;
import io.tracetide.gateway.publish.Packing.Outgoing;
import io.tracetide.gateway.record.EncodedRecord;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.runtime.health.HealthStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the records of requests to Kafka.
 *
 * <p>The producer bounds every wait: for metadata and buffer space by {@code max.block.ms}, for the
 * acknowledgement by {@code delivery.timeout.ms}. So every request gets a response, also when the
 * broker is unreachable or hangs.
 */
public final class Publisher {

  private static final Logger log = LoggerFactory.getLogger(Publisher.class);

  /** How long a failure counts as unhealthy when nothing has been published since. */
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

  private final Producer<byte[], byte[]> producer;
  private final Packing packing;
  private final long unhealthyAfterNanos;

  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicLong waitingSince = new AtomicLong(System.nanoTime());
  private volatile @Nullable Failure lastFailure;

  /**
   * Publishes to the topics of the records.
   *
   * @param packing into records of Kafka
   * @param unhealthyAfter time without an acknowledgement of pending requests after which Kafka
   *     counts as unhealthy
   */
  public Publisher(Producer<byte[], byte[]> producer, Packing packing, Duration unhealthyAfter) {
    this.producer = producer;
    this.packing = packing;
    this.unhealthyAfterNanos = unhealthyAfter.toNanos();
  }

  /** Completes, never exceptionally, when Kafka has acknowledged or rejected every record. */
  public CompletableFuture<PublishResult> publish(List<EncodedRecord> records) {
    if (records.isEmpty()) {
      return CompletableFuture.completedFuture(new PublishResult.Acknowledged(List.of()));
    }
    if (pending.getAndIncrement() == 0) {
      waitingSince.set(System.nanoTime());
    }
    List<Outgoing> outgoing;
    try {
      outgoing = packing.pack(records);
    } catch (KafkaException e) {
      PublishResult unavailable = unavailable(e);
      finished(unavailable);
      return CompletableFuture.completedFuture(unavailable);
    }
    Delivery delivery = new Delivery(outgoing.size());
    for (Outgoing next : outgoing) {
      delivery.send(next, 0);
    }
    return delivery.result;
  }

  /** Whether Kafka acknowledges records. */
  public HealthStatus health() {
    long now = System.nanoTime();
    long waited = now - waitingSince.get();
    if (pending.get() > 0 && waited > unhealthyAfterNanos) {
      return HealthStatus.down(
          "no acknowledgement for " + Duration.ofNanos(waited).toSeconds() + " s");
    }
    Failure failure = lastFailure;
    if (failure != null && now - failure.atNanos() < AFTER_FAILURE.toNanos()) {
      return HealthStatus.down(failure.detail());
    }
    return HealthStatus.up();
  }

  private static PublishResult unavailable(Exception failure) {
    return new PublishResult.Unavailable(
        "Kafka did not acknowledge: " + failure.getClass().getSimpleName());
  }

  private void finished(PublishResult result) {
    pending.decrementAndGet();
    if (result instanceof PublishResult.Unavailable unavailable) {
      lastFailure = new Failure(System.nanoTime(), unavailable.detail());
    } else {
      lastFailure = null;
      waitingSince.set(System.nanoTime());
    }
  }

  /** The delivery of the records of one request. */
  private final class Delivery {

    private final CompletableFuture<PublishResult> result = new CompletableFuture<>();
    private final AtomicInteger open;
    private final List<Refusal> refused = new ArrayList<>();
    private volatile @Nullable String unavailable;

    Delivery(int records) {
      this.open = new AtomicInteger(records);
    }

    /**
     * Sends a record.
     *
     * @param retries times that its contents were sent again before
     */
    void send(Outgoing sent, int retries) {
      if (unavailable != null) {
        // Each further record could block as long as the first one.
        close();
        return;
      }
      try {
        // The callback gets the same result as the future.
        Future<RecordMetadata> unused =
            producer.send(sent.record(), (metadata, failure) -> answered(sent, retries, failure));
      } catch (KafkaException | IllegalStateException e) {
        notDelivered(sent, e);
        close();
      }
    }

    private void answered(Outgoing sent, int retries, @Nullable Exception failure) {
      SendOutcome outcome = SendOutcome.of(failure);
      if (outcome.mayBeAcceptedSingly(sent.isBatch(), retries)) {
        sendAgain(sent, retries + 1);
        return;
      }
      if (outcome == SendOutcome.TOO_LARGE || outcome == SendOutcome.INVALID) {
        refuse(sent, outcome == SendOutcome.TOO_LARGE);
      } else if (failure != null) {
        notDelivered(sent, failure);
      }
      close();
    }

    private void notDelivered(Outgoing sent, Exception failure) {
      if (unavailable == null) {
        log.debug("records not acknowledged topic={}", sent.record().topic(), failure);
      }
      unavailable = "Kafka did not acknowledge: " + failure.getClass().getSimpleName();
    }

    /**
     * Sends the contents of a record that Kafka refused, for its own size or time or for that of
     * another record, as single records, so that only those are refused that Kafka refuses
     * themselves. Not on the producer's thread, because sending may wait for it.
     */
    private void sendAgain(Outgoing refusedRecord, int retries) {
      List<EncodedRecord> contents = refusedRecord.contents();
      open.addAndGet(contents.size());
      CompletableFuture<Void> unused =
          CompletableFuture.runAsync(
                  () -> contents.forEach(event -> send(Outgoing.single(event), retries)))
              .whenComplete((nothing, failure) -> close());
    }

    private void refuse(Outgoing sent, boolean tooLarge) {
      for (EncodedRecord record : sent.contents()) {
        Refusal refusal =
            tooLarge
                ? new Refusal(
                    record.index(),
                    RefusalReason.TOO_LARGE,
                    "the record exceeds the size limit of Kafka")
                : new Refusal(
                    record.index(),
                    RefusalReason.FUTURE_TIMESTAMP,
                    "the broker rejected the record or its time");
        synchronized (refused) {
          refused.add(refusal);
        }
      }
    }

    private void close() {
      if (open.decrementAndGet() == 0) {
        PublishResult outcome = outcome();
        finished(outcome);
        result.complete(outcome);
      }
    }

    private PublishResult outcome() {
      String detail = unavailable;
      if (detail != null) {
        return new PublishResult.Unavailable(detail);
      }
      synchronized (refused) {
        return new PublishResult.Acknowledged(refused);
      }
    }
  }

  private record Failure(long atNanos, String detail) {}
}
