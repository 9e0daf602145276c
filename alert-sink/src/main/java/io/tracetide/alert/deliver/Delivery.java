package io.tracetide.alert.deliver;

import io.tracetide.schemas.size.Oversized;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A notification on its way, as it was read. Two are the same only if they are one object. */
final class Delivery {
  private final OffsetLedger ledger;
  private final TopicPartition partition;
  private final long offset;
  private final String lane;
  private final byte[] value;
  private final @Nullable Oversized cut;

  /**
   * A notification on its way.
   *
   * @param cut what is missing of a record that is larger than any may be; null when it is whole
   */
  Delivery(
      OffsetLedger ledger,
      TopicPartition partition,
      long offset,
      String lane,
      byte[] value,
      @Nullable Oversized cut) {
    this.ledger = ledger;
    this.partition = partition;
    this.offset = offset;
    this.lane = lane;
    this.value = value;
    this.cut = cut;
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

  /** What is missing of it; null when it is whole. */
  @Nullable Oversized cut() {
    return cut;
  }

  /** The offset need not be read again. */
  void complete() {
    ledger.complete(offset);
  }
}
