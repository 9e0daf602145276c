package io.tracetide.client;

import io.tracetide.client.send.Outgoing;
import io.tracetide.client.send.SentEvent;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** The callback of one record, created by the sender's thread. */
final class SendCallback {

  private final EventCounts counts;
  private final Epoch epoch;
  private final Outgoing record;
  private final Consumer<Refused> singly;
  private final Thread sender = Thread.currentThread();

  // Sender's thread only.
  /** Whether {@code send} has returned: later callbacks come from the brokers. */
  private boolean taken;

  /** Why the producer did not accept the record, such as missing metadata or a full buffer. */
  private @Nullable RuntimeException refusal;

  /**
   * A batch that Kafka refused.
   *
   * @param epoch which is not over before its events are answered
   */
  record Refused(List<SentEvent> events, Epoch epoch) {}

  /**
   * Counts the answer to a record.
   *
   * @param epoch of the record
   * @param singly sends the events of a refused batch as single records
   */
  SendCallback(EventCounts counts, Epoch epoch, Outgoing record, Consumer<Refused> singly) {
    this.counts = counts;
    this.epoch = epoch;
    this.record = record;
    this.singly = singly;
  }

  /** Called when {@code send} has returned; why the record was not accepted, null when it was. */
  @Nullable RuntimeException taken() {
    taken = true;
    return refusal;
  }

  void answered(@Nullable Object metadata, @Nullable Exception failure) {
    int events = record.events().size();
    if (failure == null) {
      counts.acknowledged(events);
    } else if (isUnacceptable(failure) && record.isBatch()) {
      singly.accept(new Refused(record.events(), epoch));
      return;
    } else if (failure instanceof RecordTooLargeException) {
      counts.dropped(DropReason.TOO_LARGE);
    } else if (Thread.currentThread() == sender && !taken) {
      refusal = new KafkaException(failure.getMessage(), failure);
    } else if (failure instanceof InvalidTimestampException) {
      counts.dropped(DropReason.INVALID);
    } else {
      counts.dropped(DropReason.NOT_DELIVERED, events);
    }
    epoch.answered();
  }

  /** Whether Kafka refuses the record for its size or time, which other records do not have. */
  private static boolean isUnacceptable(Exception failure) {
    return failure instanceof RecordTooLargeException
        || failure instanceof InvalidTimestampException;
  }
}
