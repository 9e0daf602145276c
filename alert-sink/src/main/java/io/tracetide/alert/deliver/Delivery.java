package io.tracetide.alert.deliver;

import org.apache.kafka.common.TopicPartition;

/** A notification on its way, as it was read. Two are the same only if they are one object. */
final class Delivery {
  private final OffsetLedger ledger;
  private final TopicPartition partition;
  private final long offset;
  private final String lane;
  private final byte[] value;

  Delivery(OffsetLedger ledger, TopicPartition partition, long offset, String lane, byte[] value) {
    this.ledger = ledger;
    this.partition = partition;
    this.offset = offset;
    this.lane = lane;
    this.value = value;
  }

  TopicPartition partition() {
    return partition;
  }

  long offset() {
    return offset;
  }

  /** Deliveries of one lane keep their order: the record's key, receiver and group. */
  String lane() {
    return lane;
  }

  byte[] value() {
    return value;
  }

  /** The offset need not be read again. */
  void complete() {
    ledger.complete(offset);
  }
}
