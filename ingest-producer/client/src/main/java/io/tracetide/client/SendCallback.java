package io.tracetide.client;

import io.tracetide.client.send.Outgoing;
import io.tracetide.client.send.SendOutcome;
import io.tracetide.client.send.SentEvent;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The callback of one record, created by the sender's thread. */
final class SendCallback {

  private final EventCounts counts;
  private final Epoch epoch;
  private final Outgoing record;
  private final int retries;
  private final Consumer<Refused> again;
  private final Thread sender = Thread.currentThread();

  // Sender's thread only.
  /** Whether {@code send} has returned: later callbacks come from the brokers. */
  private boolean taken;

  /** Why the producer did not accept the record, such as missing metadata or a full buffer. */
  private @Nullable RuntimeException refusal;

  /**
   * A record that Kafka refused, with events that it may accept.
   *
   * @param epoch which is not over before its events are answered
   * @param retries times that the events were sent again before
   */
  record Refused(List<SentEvent> events, Epoch epoch, int retries) {}

  /**
   * Counts the answer to a record.
   *
   * @param epoch of the record
   * @param retries times that its events were sent again before
   * @param again sends the events of a refused record again, as single records
   */
  SendCallback(
      EventCounts counts, Epoch epoch, Outgoing record, int retries, Consumer<Refused> again) {
    this.counts = counts;
    this.epoch = epoch;
    this.record = record;
    this.retries = retries;
    this.again = again;
  }

  /** Called when {@code send} has returned; why the record was not accepted, null when it was. */
  @Nullable RuntimeException taken() {
    taken = true;
    return refusal;
  }

  void answered(@Nullable Object metadata, @Nullable Exception failure) {
    SendOutcome outcome = SendOutcome.of(failure);
    int events = record.events().size();
    boolean afterSending = outcome != SendOutcome.AMONG_INVALID || isFromBroker();
    if (afterSending && outcome.mayBeAcceptedSingly(record.isBatch(), retries)) {
      again.accept(new Refused(record.events(), epoch, retries + 1));
      return;
    }
    if (outcome == SendOutcome.ACKNOWLEDGED) {
      counts.acknowledged(events);
    } else if (outcome == SendOutcome.TOO_LARGE) {
      counts.dropped(DropReason.TOO_LARGE);
    } else if (failure != null && !isFromBroker()) {
      refusal = new KafkaException(failure.getMessage(), failure);
    } else if (outcome == SendOutcome.INVALID) {
      counts.dropped(DropReason.INVALID);
    } else {
      counts.dropped(DropReason.NOT_DELIVERED, events);
    }
    epoch.answered();
  }

  private boolean isFromBroker() {
    return Thread.currentThread() != sender || taken;
  }
}
